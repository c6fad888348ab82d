import type { Sql } from "@/db/client";
import { type DatabaseIdentity, readDatabaseIdentity } from "@/db/database-identity";
import { noteKnownLive } from "@/db/finance/queries/known-live";
import { knownDatabasesKey } from "../../redis/keys";
import type { Resources } from "../context";

export type DatabaseName = "live" | "finance";

/** Why a database is not the one that was known; null when it is, or when none was known. */
export async function findDifference(
  sql: Sql,
  known: DatabaseIdentity | undefined,
  now: DatabaseIdentity,
): Promise<"incarnation" | "place" | "position" | null> {
  if (!known) return null;
  if (known.incarnation !== now.incarnation) return "incarnation";
  if (known.place !== now.place) return "place";
  const [row] = await sql<{ back: boolean }[]>`
    SELECT ${now.position}::pg_lsn < ${known.position}::pg_lsn AS back`;
  return row?.back ? "position" : null;
}

/** The databases that what Redis keeps belongs to; undefined where it knows none yet. */
export async function readKnownDatabases({
  redis,
}: Pick<Resources, "redis">): Promise<Record<DatabaseName, DatabaseIdentity | undefined>> {
  const [live, finance] = await redis.hmget(knownDatabasesKey, "live", "finance");
  return { live: parse(live), finance: parse(finance) };
}

function parse(text: string | null | undefined): DatabaseIdentity | undefined {
  if (!text) return undefined;
  const [incarnation = "", place = "", position = ""] = text.split(" ");
  return { incarnation, place, position };
}

export async function noteKnownDatabase(
  { redis }: Pick<Resources, "redis">,
  name: DatabaseName,
  { incarnation, place, position }: DatabaseIdentity,
): Promise<void> {
  await redis.hset(knownDatabasesKey, name, `${incarnation} ${place} ${position}`);
}

/** What is kept in Redis and in the finance database belongs to the databases as they are now. */
export async function adoptDatabases(
  resources: Pick<Resources, "live" | "finance" | "redis">,
): Promise<void> {
  const [live, finance] = await Promise.all([
    readDatabaseIdentity(resources.live.sql),
    readDatabaseIdentity(resources.finance.sql),
  ]);
  await noteKnownLive(resources.finance, live);
  await noteKnownDatabase(resources, "live", live);
  await noteKnownDatabase(resources, "finance", finance);
}
