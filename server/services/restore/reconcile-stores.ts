import { readDatabaseIdentity } from "@/db/database-identity";
import type { Rewind } from "@/db/finance/queries/rewind-settlement";
import { readCursors } from "@/db/finance/queries/settle";
import { readLastSeqs } from "@/db/live/ledger/gift-feed";

import { newTraceId } from "@/platform/observability/trace";
import { raiseAlarm } from "../alarm/raise-alarm";
import { checkInvariants, type InvariantResult } from "../audit/check-invariants";
import type { Resources } from "../context";
import { settleNewGifts } from "../finance/settle-gifts";
import { takeBackRefunds } from "../finance/take-back-refunds";
import { adoptDatabases } from "./known-databases";
import { reconcileAnalytics } from "./reconcile-analytics";
import { reconcileFinance } from "./reconcile-finance";
import { type RedisReconciled, reconcileRedis } from "./reconcile-redis";

const GIFTS_AT_ONCE = 10_000;
const REFUNDS_AT_ONCE = 500;
/** Orders that an alarm names; the report has all of them. */
const ORDERS_NAMED_MAX = 20;

export interface StoresReconciled {
  /** Null when finance had settled nothing that is gone. */
  rewind: Rewind | null;
  /** Numbers that were settled and that the live database has not given out: at least so many gifts are gone. */
  lostNumbers: number;
  settledGifts: number;
  redis: RedisReconciled;
  audit: InvariantResult[];
}

/**
 * Makes finance and Redis agree with the databases as they are, after one or both were put back to an earlier state, by
 * whatever means, and checks every invariant. No other process of ours runs meanwhile. Safe to repeat, and to begin anew
 * wherever it was cut off: until it is through, the databases are not known and everybody else stands still.
 */
export async function reconcileStores(
  resources: Pick<Resources, "live" | "finance" | "redis" | "push" | "log" | "env">,
): Promise<StoresReconciled> {
  const { live, finance, env } = resources;
  const traceId = newTraceId();
  const lostNumbers = await countLostNumbers(resources);
  const { incarnation } = await readDatabaseIdentity(live.sql);
  const facts = { liveIncarnation: incarnation, node: env.NODE_NAME, traceId };
  const rewind = await reconcileFinance({ live, finance }, facts);
  const settledGifts = await settleAll(resources);
  await reconcileAnalytics({ live, finance });
  const redis = await reconcileRedis(resources);
  await sayWhatIsUndone(resources, { lostNumbers, rewind, redis, traceId });
  await adoptDatabases(resources);
  const audit = await checkInvariants(resources);
  return { rewind, lostNumbers, settledGifts, redis, audit };
}

async function countLostNumbers({ live, finance }: Pick<Resources, "live" | "finance">): Promise<number> {
  const [cursors, lastSeqs] = await Promise.all([readCursors(finance), readLastSeqs(live)]);
  return [...cursors].reduce((sum, [bucket, seq]) => sum + Math.max(0, seq - (lastSeqs.get(bucket) ?? 0)), 0);
}

async function settleAll(resources: Pick<Resources, "live" | "finance" | "push" | "log">): Promise<number> {
  let gifts = 0;
  for (let more = true; more; ) {
    const settled = await settleNewGifts(resources, GIFTS_AT_ONCE);
    const takenBack = await takeBackRefunds(resources, REFUNDS_AT_ONCE);
    gifts += settled.settledGifts;
    more = settled.more || takenBack.more;
  }
  return gifts;
}

async function sayWhatIsUndone(
  resources: Pick<Resources, "live" | "log">,
  undone: { lostNumbers: number; rewind: Rewind | null; redis: RedisReconciled; traceId: string },
): Promise<void> {
  const { lostNumbers, rewind, redis, traceId } = undone;
  const { undoneOrders } = redis;
  if (lostNumbers === 0 && undoneOrders.length === 0) return;
  await raiseAlarm(resources, {
    kind: "restore.gifts_undone",
    subject: `restore:${traceId}`,
    facts: {
      settledAndGone: lostNumbers,
      toldAndGone: undoneOrders.length,
      toldCoins: undoneOrders.reduce((sum, { totalCoins }) => sum + totalCoins, 0),
      rewindId: rewind?.rewindId ?? null,
      orders: undoneOrders
        .slice(0, ORDERS_NAMED_MAX)
        .map(({ senderId, giftOrderId, totalCoins }) => ({ senderId, giftOrderId, totalCoins })),
    },
    traceId,
  });
}
