import type { LiveDb } from "@/db/client";
import { type KnownDatabase, readDatabaseIdentity } from "@/db/database-identity";
import { leaveMark } from "@/db/database-marks";
import { findKnownLive, noteKnownLive } from "@/db/finance/queries/known-live";
import { readCursorPlaces } from "@/db/finance/queries/settle";
import { readGiftFeed } from "@/db/live/ledger/gift-feed";
import { findWallets } from "@/db/live/queries/audit-wallets";

import { BizError } from "@/domain/contracts/errors";
import { findContradiction, seqsOf } from "@/domain/rules/feed-agreement";
import { newTraceId } from "@/platform/observability/trace";
import { defineHeld } from "@/platform/runtime/caches";
import { listCachedWallets } from "../../queue/cached-wallets";
import { raiseAlarm } from "../alarm/raise-alarm";
import type { Resources } from "../context";
import { findDifference, noteKnownDatabase, readKnownDatabases } from "./known-databases";

const LOOK_EVERY_MS = 2_000;
const ALARM_EVERY_MS = 60_000;
const RETRY_AFTER_MS = 5_000;

const LIVE_WENT_BACK = "the live database went back behind finance or redis: reconcile the stores";
const FINANCE_WENT_BACK = "the finance database went back: reconcile the stores";

type WatchResources = Pick<Resources, "live" | "finance" | "redis" | "log">;

/** Why nothing goes on with the database that a process works with. */
const STANDING = defineHeld((): { problem: string | undefined } => ({ problem: undefined }));

/** For `/readyz`: a process whose databases are not those that finance and Redis know stands still. */
export function checkKnownDatabases(live: LiveDb): Promise<{ ok: boolean; reason?: string }> {
  const reason = live.caches.of(STANDING).problem;
  return Promise.resolve(reason === undefined ? { ok: true } : { ok: false, reason });
}

/** Throws UNAVAILABLE while a database is not the one that finance and Redis know. Asked on the hottest paths. */
export function requireKnownDatabases(live: LiveDb): void {
  if (live.caches.of(STANDING).problem !== undefined)
    throw new BizError("UNAVAILABLE", { retryAfterMs: RETRY_AFTER_MS });
}

/**
 * Looks every two seconds whether the databases are those that finance and Redis know, for as long as the process runs.
 * One that has moved, as after a fail-over, and has everything that finance and Redis know of, is adopted. Anything else
 * makes the process stand still, with an alarm, until the stores are reconciled. Returns what ends it.
 */
export function watchDatabases(resources: WatchResources): () => void {
  const standing = resources.live.caches.of(STANDING);
  let isStopped = false;
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const problem = await findProblem(resources).catch((error: unknown) => {
      // A store that is away is no other one: what was found last holds.
      resources.log.debug({ reason: String(error) }, "the databases cannot be told");
      return standing.problem;
    });
    standing.problem = problem;
    if (problem !== undefined && performance.now() - saidAtMs > ALARM_EVERY_MS) {
      saidAtMs = performance.now();
      const alarm = { kind: "restore.another_database", subject: "databases:all" } as const;
      await raiseAlarm(resources, { ...alarm, facts: { problem }, traceId: newTraceId() });
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

/** One look, which leaves a mark in both. Undefined when all is as it was known, or was adopted. */
export async function findProblem(resources: WatchResources): Promise<string | undefined> {
  const { live, finance } = resources;
  // What is known first: meanwhile a database can only have come further.
  const { live: byRedis, finance: financeByRedis } = await readKnownDatabases(resources);
  const byFinance = await findKnownLive(finance);
  const [liveNow, financeNow] = await Promise.all([
    readDatabaseIdentity(live.sql),
    readDatabaseIdentity(finance.sql),
  ]);
  let hasMoved = false;
  for (const [who, known] of [["redis", byRedis] as const, ["finance", byFinance] as const]) {
    if (!known) continue;
    const difference = await findDifference(live.sql, known, liveNow);
    if (difference.isAnother) return `${who} belongs to another live database: reconcile the stores`;
    // A replica that took over may lack the last moment; in the same place only an older copy lacks anything.
    if (difference.lacksMark && !difference.hasMoved) return LIVE_WENT_BACK;
    hasMoved ||= difference.hasMoved || difference.lacksMark || difference.isBehind;
  }
  if (financeByRedis) {
    const difference = await findDifference(finance.sql, financeByRedis, financeNow);
    if (difference.isAnother) return "redis belongs to another finance database: reconcile the stores";
    // What it has paid out stands nowhere else.
    if (difference.lacksMark || difference.isBehind) return FINANCE_WENT_BACK;
    hasMoved ||= difference.hasMoved;
  }
  if (hasMoved && (await isBehind(resources))) return LIVE_WENT_BACK;
  if (hasMoved)
    resources.log.warn({ place: liveNow.place }, "the databases have moved, and nothing is missing");
  const liveMark = await leaveMark(live.sql, hasMoved ? [] : marksOf(byRedis, byFinance));
  const financeMark = await leaveMark(finance.sql, marksOf(financeByRedis));
  if (!liveMark) return LIVE_WENT_BACK;
  if (!financeMark) return FINANCE_WENT_BACK;
  await noteKnownLive(finance, { ...liveNow, mark: liveMark });
  await noteKnownDatabase(resources, "live", { ...liveNow, mark: liveMark });
  await noteKnownDatabase(resources, "finance", { ...financeNow, mark: financeMark });
  return undefined;
}

const marksOf = (...known: readonly (KnownDatabase | undefined)[]) =>
  known.flatMap((one) => (one?.mark ? [one.mark] : []));

/** Whether finance has settled, or Redis cached, what the live database does not have. */
async function isBehind({ live, finance, redis }: WatchResources): Promise<boolean> {
  const cursors = await readCursorPlaces(finance);
  const feed = await readGiftFeed(live, seqsOf(cursors));
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
