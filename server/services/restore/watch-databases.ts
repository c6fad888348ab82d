import type { LiveDb } from "@/db/client";
import { type DatabaseIdentity, readDatabaseIdentity } from "@/db/database-identity";
import { findKnownLive, noteKnownLive } from "@/db/finance/queries/known-live";
import { readCursorPlaces } from "@/db/finance/queries/settle";
import { findWallets } from "@/db/live/queries/audit-wallets";
import { readGiftFeed } from "@/db/live/queries/feeds";
import { BizError } from "@/server/contracts/errors";
import { newTraceId } from "@/server/observability/trace";
import { findContradiction } from "@/server/rules/feed-agreement";
import { listCachedWallets } from "../../queue/cached-wallets";
import { raiseAlarm } from "../alarm/raise-alarm";
import type { Resources } from "../context";
import { findDifference, noteKnownDatabase, readKnownDatabases } from "./known-databases";

const LOOK_EVERY_MS = 2_000;
const ALARM_EVERY_MS = 60_000;
const RETRY_AFTER_MS = 5_000;

type WatchResources = Pick<Resources, "live" | "finance" | "redis" | "log">;

/** Why nothing goes on, by the database that a process works with. */
const problems = new WeakMap<LiveDb, string>();

/** For `/readyz`: a process whose databases are not those that finance and Redis know stands still. */
export function checkKnownDatabases(live: LiveDb): Promise<{ ok: boolean; reason?: string }> {
  const reason = problems.get(live);
  return Promise.resolve(reason === undefined ? { ok: true } : { ok: false, reason });
}

/** Throws UNAVAILABLE while a database is not the one that finance and Redis know. Asked on the hottest paths. */
export function requireKnownDatabases(live: LiveDb): void {
  if (problems.has(live)) throw new BizError("UNAVAILABLE", { retryAfterMs: RETRY_AFTER_MS });
}

/**
 * Looks every two seconds whether the databases are those that finance and Redis know, for as long as the process runs.
 * One that has moved, as after a fail-over, and has everything that finance and Redis know of, is adopted. Anything else
 * makes the process stand still, with an alarm, until the stores are reconciled. Returns what ends it.
 */
export function watchDatabases(resources: WatchResources): () => void {
  let isStopped = false;
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const problem = await findProblem(resources).catch((error: unknown) => {
      // A store that is away is no other one: what was found last holds.
      resources.log.debug({ reason: String(error) }, "the databases cannot be told");
      return problems.get(resources.live);
    });
    if (problem === undefined) problems.delete(resources.live);
    else {
      problems.set(resources.live, problem);
      if (performance.now() - saidAtMs > ALARM_EVERY_MS) {
        saidAtMs = performance.now();
        const alarm = { kind: "restore.another_database", subject: "databases:all" } as const;
        await raiseAlarm(resources, { ...alarm, facts: { problem }, traceId: newTraceId() });
      }
    }
  };
  const repeat = (): void => {
    void look()
      .catch((error: unknown) =>
        resources.log.warn({ reason: String(error) }, "the databases cannot be watched"),
      )
      .finally(() => {
        if (!isStopped) timer = setTimeout(repeat, LOOK_EVERY_MS).unref();
      });
  };
  repeat();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

/** One look. Undefined when all is as it was known, or was adopted. */
export async function findProblem(resources: WatchResources): Promise<string | undefined> {
  const { live, finance } = resources;
  // What is known first: meanwhile a database can only have come further.
  const known = await readKnownDatabases(resources);
  const knownByFinance = await findKnownLive(finance);
  const [liveNow, financeNow] = await Promise.all([
    readDatabaseIdentity(live.sql),
    readDatabaseIdentity(finance.sql),
  ]);
  const pairs: [who: string, name: "live" | "finance", known: DatabaseIdentity | undefined][] = [
    ["redis", "live", known.live],
    ["finance", "live", knownByFinance],
    ["redis", "finance", known.finance],
  ];
  let hasMoved = false;
  for (const [who, name, one] of pairs) {
    const difference = await findDifference(live.sql, one, name === "live" ? liveNow : financeNow);
    if (difference === "incarnation")
      return `${who} belongs to another ${name} database: reconcile the stores`;
    if (difference === "position" && name === "finance")
      return "the finance database went back: reconcile the stores";
    if (difference !== null) hasMoved = true;
  }
  if (hasMoved && (await isBehind(resources)))
    return "the live database went back behind finance or redis: reconcile the stores";
  if (hasMoved)
    resources.log.warn({ place: liveNow.place }, "the databases have moved, and nothing is missing");
  await noteKnownLive(finance, liveNow);
  await noteKnownDatabase(resources, "live", liveNow);
  await noteKnownDatabase(resources, "finance", financeNow);
  return undefined;
}

/** Whether finance has settled, or Redis cached, what the live database does not have. */
async function isBehind({ live, finance, redis }: WatchResources): Promise<boolean> {
  const cursors = await readCursorPlaces(finance);
  const feed = await readGiftFeed(live, new Map([...cursors].map(([bucket, { seq }]) => [bucket, seq])));
  for (const [bucket, cursor] of cursors) {
    if (findContradiction("", cursor, feed.get(bucket) ?? { lastSeq: 0, mark: null })) return true;
  }
  for await (const cached of listCachedWallets(redis)) {
    const wallets = await findWallets(
      live,
      cached.map(({ userId }) => userId),
    );
    if (cached.some(({ userId, version }) => version > (wallets.get(userId)?.version ?? 0))) return true;
  }
  return false;
}
