import type { Sql } from "@/db/client";
import { type DatabaseIdentity, type KnownDatabase, readDatabaseIdentity } from "@/db/database-identity";
import { findMark, leaveMark } from "@/db/database-marks";
import { noteKnownLive } from "@/db/finance/queries/known-live";
import { knownDatabasesKey } from "@/platform/redis/keys";
import type { Resources } from "../context";

export type DatabaseName = "live" | "finance";

/** In what a database is not as it was known. */
export interface Difference {
  /** It was restored by us. */
  isAnother: boolean;
  /** It lies somewhere else, as after a fail-over. */
  hasMoved: boolean;
  /** It does not have a mark that was left in it: it was put back. */
  lacksMark: boolean;
  /** Its log is shorter than it was in the same place. */
  isBehind: boolean;
}

export async function findDifference(
  sql: Sql,
  known: KnownDatabase,
  now: DatabaseIdentity,
): Promise<Difference> {
  const hasMoved = known.place !== now.place;
  const [row] = await sql<{ back: boolean }[]>`
    SELECT ${now.position}::pg_lsn < ${known.position}::pg_lsn AS back`;
  return {
    isAnother: known.incarnation !== now.incarnation,
    hasMoved,
    lacksMark: known.mark !== undefined && (await findMark(sql, known.mark)) === "missing",
    isBehind: !hasMoved && row?.back === true,
  };
}

/** The databases that what Redis keeps belongs to; undefined where it knows none yet. */
export async function readKnownDatabases({
  redis,
}: Pick<Resources, "redis">): Promise<Record<DatabaseName, KnownDatabase | undefined>> {
  const [live, finance] = await redis.hmget(knownDatabasesKey, "live", "finance");
  return { live: parse(live), finance: parse(finance) };
}

function parse(text: string | null | undefined): KnownDatabase | undefined {
  if (!text) return undefined;
  const [incarnation = "", place = "", position = "", markId, word] = text.split(" ");
  return { incarnation, place, position, mark: markId && word ? { id: Number(markId), word } : undefined };
}

export async function noteKnownDatabase(
  { redis }: Pick<Resources, "redis">,
  name: DatabaseName,
  { incarnation, place, position, mark }: KnownDatabase,
): Promise<void> {
  const words = [incarnation, place, position, ...(mark ? [mark.id, mark.word] : [])];
  await redis.hset(knownDatabasesKey, name, words.join(" "));
}

/** What is kept in Redis and in the finance database belongs to the databases as they are now. */
export async function adoptDatabases(
  resources: Pick<Resources, "live" | "finance" | "redis">,
): Promise<void> {
  const [live, finance] = await Promise.all([
    readMarked(resources.live.sql),
    readMarked(resources.finance.sql),
  ]);
  await noteKnownLive(resources.finance, live);
  await noteKnownDatabase(resources, "live", live);
  await noteKnownDatabase(resources, "finance", finance);
}

async function readMarked(sql: Sql): Promise<KnownDatabase> {
  return { ...(await readDatabaseIdentity(sql)), mark: await leaveMark(sql, []) };
}
