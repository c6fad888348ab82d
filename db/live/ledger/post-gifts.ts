import type { Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import type { GiftFailureReason } from "@/domain/contracts/gift";
import { decideGifts, orderScope } from "@/domain/rules/decide-gifts";
import { addSpent, type Spent, spendingDay } from "@/domain/rules/spending";
import { insertFailures, insertSettled, type Payment, type QueuedGift, updateWallets } from "./gift-rows";

export type { QueuedGift };

/** How an order stands in the database after the transaction, and as what it was first posted. */
export interface GiftOutcome {
  status: "settled" | "failed";
  reason?: GiftFailureReason;
  /** Of the order as first posted: a second delivery, or another payload under the same id, changes none of it. */
  posted: {
    roomId: string;
    giftId: string;
    count: number;
    priceCoins: number;
    totalCoins: number;
    traceId: string;
  };
  /**
   * Whether the posted order is this very entry, delivered now or before. False when another sending under the same id
   * was posted first: then nothing is announced again.
   */
  own: boolean;
}

export interface WalletAfter {
  balanceCoins: number;
  version: number;
  frozen: boolean;
}

interface WalletRow {
  /** Where the row lies; it stays there as long as it is locked. */
  place: string;
  id: string;
  balance: string;
  version: string;
  frozen: boolean;
  spent_day: string | null;
  spent_day_coins: string;
  spent_month_coins: string;
}
interface PostedRow {
  sender_id: string;
  gift_order_id: string;
  room_id: string;
  gift_id: string;
  count: number;
  price_coins: string;
  total_coins: string;
  trace_id: string;
  sent_at: Date;
  created_at: Date;
  reason: GiftFailureReason | null;
}

/**
 * Posts queued gifts in one transaction: decides each against its sender's running balance and writes trades, gift
 * records with gapless numbers, failures, and each wallet and clearing account once. Safe to repeat with the same
 * entries: orders that were posted before are reported as they stand.
 *
 * Lock order: `LOCK_ORDER`.
 *
 * A gift that says that it was sent after the database's now was sent now: it holds up nothing that comes after it, and is
 * settled by the share that is in force now.
 *
 * Waits at most `lockMs` for each row that somebody else holds, and then fails with PostgreSQL's 55P03.
 *
 * @returns one outcome per entry in the same order, the wallets of all senders as committed, how many gifts were written
 *   into the books this time, and how far ahead of the database's clock the latest of these was.
 */
export async function postGifts(
  sql: Sql,
  entries: readonly QueuedGift[],
  lockMs = 0,
): Promise<{ outcomes: GiftOutcome[]; wallets: Map<string, WalletAfter>; written: number; aheadMs: number }> {
  const buckets = [...new Set(entries.map((e) => e.bucket))];
  const senders = [...new Set(entries.map((e) => e.senderId))];
  const orderIds = [...new Set(entries.map((e) => e.giftOrderId))];

  return await inTransaction(sql, async (tx) => {
    // Sent together, run one after the other: the look-up of posted orders sees all that was committed before the
    // bucket locks were granted.
    const [, bucketRows, walletRows, postedRows] = await Promise.all([
      // Planned for thousands of ids while the statistics of a young table know of no rows, a look-up would read all of it.
      tx`SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('lock_timeout', ${String(lockMs)}, true)`,
      tx<{ bucket: number; last_seq: string; now: Date }[]>`
        SELECT bucket, last_seq, now() FROM gift_buckets WHERE bucket = ANY(${arrayLiteral(buckets)}::smallint[]) ORDER BY bucket FOR UPDATE`,
      tx<WalletRow[]>`
        SELECT ctid::text AS place, id, balance_coins AS balance, version, frozen_at IS NOT NULL AS frozen, spent_day::text, spent_day_coins,
          spent_month_coins
        FROM ledger_accounts WHERE id = ANY(${arrayLiteral(senders)}::uuid[]) AND kind = 'wallet' ORDER BY id FOR UPDATE`,
      tx<PostedRow[]>`
        WITH asked AS MATERIALIZED (SELECT ${arrayLiteral(orderIds)}::uuid[] AS ids)
        SELECT sender_id, gift_order_id, room_id, gift_id, count, price_coins, total_coins, trace_id, sent_at, created_at, NULL AS reason
        FROM gift_records WHERE gift_order_id = ANY((SELECT ids FROM asked)::uuid[])
        UNION ALL
        SELECT sender_id, gift_order_id, room_id, gift_id, count, price_coins, total_coins, trace_id, sent_at, created_at, reason
        FROM gift_failures WHERE gift_order_id = ANY((SELECT ids FROM asked)::uuid[])`,
    ]);

    const wallets = new Map<string, WalletAfter>();
    const spentBy = new Map<string, Spent>();
    for (const row of walletRows) {
      if (row.spent_day)
        spentBy.set(row.id, {
          day: row.spent_day,
          dayCoins: Number(row.spent_day_coins),
          monthCoins: Number(row.spent_month_coins),
        });
      wallets.set(row.id, {
        balanceCoins: Number(row.balance),
        version: Number(row.version),
        frozen: row.frozen,
      });
    }
    const posted = new Map(postedRows.map(toPosted));
    const orders = entries.map(({ giftOrderId, senderId, priceCoins, count }) => ({
      giftOrderId,
      senderId,
      totalCoins: priceCoins * count,
    }));
    const { decisions, spentCoins } = decideGifts(orders, wallets, new Set(posted.keys()));

    const nextSeq = new Map(bucketRows.map((row) => [row.bucket, Number(row.last_seq)]));
    const nowMs = bucketRows[0]?.now.getTime() ?? Number.POSITIVE_INFINITY;
    let aheadMs = 0;
    const settled: QueuedGift[] = [];
    const seqs: number[] = [];
    const failed: QueuedGift[] = [];
    const reasons: GiftFailureReason[] = [];
    const outcomes: (GiftOutcome | null)[] = entries.map((entry, i) => {
      const decision = decisions[i];
      if (!decision || decision.outcome === "posted") return null;
      const reason = decision.outcome === "failed" ? decision.reason : undefined;
      if (reason === undefined) {
        const seq = (nextSeq.get(entry.bucket) ?? 0) + 1;
        nextSeq.set(entry.bucket, seq);
        settled.push(entry);
        seqs.push(seq);
        const sentAtMs = Date.parse(entry.sentAt);
        aheadMs = Math.max(aheadMs, sentAtMs - nowMs);
        const day = spendingDay(Math.min(sentAtMs, nowMs));
        spentBy.set(entry.senderId, addSpent(spentBy.get(entry.senderId) ?? null, day, totalOf(entry)));
      } else {
        failed.push(entry);
        reasons.push(reason);
      }
      return { status: decision.outcome, reason, own: true, posted: factsOf(entry) };
    });
    const payments: Payment[] = [];
    for (const { id, place } of walletRows) {
      const coins = spentCoins.get(id);
      const wallet = wallets.get(id);
      const spent = spentBy.get(id);
      if (coins === undefined || !wallet || !spent) continue;
      payments.push({ place, version: wallet.version, coins, spent });
      wallet.balanceCoins -= coins;
      wallet.version += 1;
    }
    if (payments.length !== spentCoins.size) throw new Error("A wallet that pays was not locked.");

    const writes: Promise<unknown>[] = [];
    if (settled.length > 0)
      writes.push(insertSettled(tx, settled, seqs, nextSeq), updateWallets(tx, payments));
    if (failed.length > 0) writes.push(insertFailures(tx, failed, reasons));
    await Promise.all(writes);
    return {
      outcomes: withEarlier(entries, outcomes, posted),
      wallets,
      written: settled.length,
      aheadMs,
    };
  });
}

type PostedOutcome = Omit<GiftOutcome, "own"> & { sentAtMs: number; createdAtMs: number };

const totalOf = (gift: QueuedGift) => gift.priceCoins * gift.count;

function factsOf(gift: QueuedGift): GiftOutcome["posted"] {
  const { roomId, giftId, count, priceCoins, traceId } = gift;
  return { roomId, giftId, count, priceCoins, totalCoins: priceCoins * count, traceId };
}

function toPosted(row: PostedRow): [scope: string, outcome: PostedOutcome] {
  return [
    orderScope(row.sender_id, row.gift_order_id),
    {
      status: row.reason === null ? "settled" : "failed",
      reason: row.reason ?? undefined,
      sentAtMs: row.sent_at.getTime(),
      createdAtMs: row.created_at.getTime(),
      posted: {
        roomId: row.room_id,
        giftId: row.gift_id,
        count: row.count,
        priceCoins: Number(row.price_coins),
        totalCoins: Number(row.total_coins),
        traceId: row.trace_id,
      },
    },
  ];
}

/** Whether a posted order is the one that was sent then; the database keeps no later time than its own, to a millisecond. */
const isSentAt = ({ sentAtMs, createdAtMs }: PostedOutcome, entryMs: number) =>
  entryMs === sentAtMs || (entryMs > sentAtMs && Math.abs(createdAtMs - sentAtMs) <= 1);

/** Fills in the outcomes of orders that were posted before, by another delivery or earlier in this very batch. */
function withEarlier(
  entries: readonly QueuedGift[],
  outcomes: readonly (GiftOutcome | null)[],
  posted: Map<string, PostedOutcome>,
): GiftOutcome[] {
  if (!outcomes.includes(null)) return outcomes as GiftOutcome[];
  entries.forEach((entry, i) => {
    const outcome = outcomes[i];
    if (!outcome) return;
    posted.set(orderScope(entry.senderId, entry.giftOrderId), {
      ...outcome,
      sentAtMs: Date.parse(entry.sentAt),
      createdAtMs: Number.POSITIVE_INFINITY,
    });
  });
  return entries.map((entry, i) => {
    const outcome = outcomes[i];
    if (outcome) return outcome;
    const earlier = posted.get(orderScope(entry.senderId, entry.giftOrderId));
    if (!earlier) throw new Error("An entry was left undecided.");
    const { status, reason, posted: facts } = earlier;
    const own = isSentAt(earlier, Date.parse(entry.sentAt)) && facts.traceId === entry.traceId;
    return { status, reason, own, posted: facts };
  });
}
