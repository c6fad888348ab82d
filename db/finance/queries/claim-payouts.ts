import type { FinanceDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import type { WithdrawalStatus } from "@/domain/contracts/withdrawal";
import { insertWithdrawalEvent } from "./move-withdrawal";
import { listPayoutHolds } from "./payout-holds";
import { type RawWithdrawal, toWithdrawal, type WithdrawalRow } from "./withdrawal-row";

/**
 * Why the live database says that these people are not to be paid, by their id; who may be paid is not in it. It is asked
 * while the earnings are locked, so that whoever is stopped there, and then held here, is found stopped or held.
 */
export type FindUnpayable = (anchorIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;

export interface ClaimedPayout extends WithdrawalRow {
  /** The provider cannot have heard of it. */
  isFirst: boolean;
}

export interface Claim {
  /** How many were due: as many as the limit, and there may be more. */
  due: number;
  claimed: ClaimedPayout[];
  /** Approved, and kept from being paid for a reason that is new. */
  stopped: WithdrawalRow[];
}

/** A withdrawal that is stopped is looked at again after this; sooner when its hold is lifted. */
const STOPPED_PAUSE_MS = 30_000;
/**
 * After this the provider cannot take an order any more that was sent before: it is signed for five minutes, with clocks
 * that may be five minutes apart.
 */
const ORDER_ARRIVES_WITHIN_MS = 10 * 60_000;

/**
 * Takes withdrawals whose time has come, at most `limit`, and keeps others away from them until `leaseUntil`; whoever
 * takes one and dies is followed by somebody else then. Those that were approved are `paying` from here on, committed
 * before anybody calls the provider, unless something stops them: then they stay approved and say why.
 *
 * Locks: the earnings of the anchors in order, then the withdrawals.
 */
export async function claimPayouts(
  db: FinanceDb,
  input: { now: Date; leaseUntil: Date; limit: number; findUnpayable: FindUnpayable },
): Promise<Claim> {
  const now = input.now.toISOString();
  const due = await db.sql<{ anchor_id: string; payout_id: string }[]>`
    SELECT anchor_id, payout_id FROM withdrawals
    WHERE next_attempt_at <= ${now} AND status IN ('approved', 'paying')
    ORDER BY next_attempt_at LIMIT ${input.limit}`;
  const claim: Claim = { due: due.length, claimed: [], stopped: [] };
  if (due.length === 0) return claim;
  const anchorIds = [...new Set(due.map((row) => row.anchor_id))];
  await inTransaction(db.sql, async (sql) => {
    await sql`
      SELECT 1 FROM anchor_earnings WHERE anchor_id = ANY(${arrayLiteral(anchorIds)}::uuid[])
      ORDER BY anchor_id FOR UPDATE`;
    // Somebody else may have taken some of them before the locks were had.
    const rows = await sql<RawWithdrawal[]>`
      SELECT * FROM withdrawals WHERE payout_id = ANY(${arrayLiteral(due.map((row) => row.payout_id))}::uuid[])
        AND next_attempt_at <= ${now} AND status IN ('approved', 'paying')
      ORDER BY next_attempt_at, payout_id FOR UPDATE`;
    const approved = rows.filter((row) => row.status === "approved").map((row) => row.anchor_id);
    const unpayable =
      approved.length > 0 ? await input.findUnpayable([...new Set(approved)]) : new Map<string, string>();
    for (const row of rows) {
      const reason = row.status === "approved" ? await findStop(sql, row, unpayable, input.now) : null;
      if (!reason) claim.claimed.push(await take(sql, row, input));
      else {
        const stopped = await stop(sql, row, reason, input.now);
        if (row.failure_reason !== reason) claim.stopped.push(stopped);
      }
    }
  });
  return claim;
}

async function take(
  sql: Sql,
  row: RawWithdrawal,
  { now, leaseUntil }: { now: Date; leaseUntil: Date },
): Promise<ClaimedPayout> {
  const at = now.toISOString();
  // It counts as ordered from here on, for whoever takes it over from one that died.
  const [taken] = await sql<RawWithdrawal[]>`
    UPDATE withdrawals SET status = 'paying', attempts = attempts + 1, updated_at = ${at},
      next_attempt_at = ${leaseUntil.toISOString()}, ordered_at = coalesce(ordered_at, ${at}),
      failure_reason = CASE WHEN status = 'approved' THEN NULL ELSE failure_reason END
    WHERE payout_id = ${row.payout_id} RETURNING *`;
  const wasApproved = row.status === "approved";
  if (wasApproved) await insertWithdrawalEvent(sql, eventOf(row, "paying", null, now));
  return { ...toWithdrawal(taken as RawWithdrawal), isFirst: wasApproved && row.ordered_at === null };
}

const eventOf = (row: RawWithdrawal, to: WithdrawalStatus, note: string | null, at: Date) => ({
  anchorId: row.anchor_id,
  withdrawalId: row.withdrawal_id,
  from: row.status,
  to,
  actorId: null,
  note,
  traceId: row.trace_id,
  at,
});

/**
 * What stops a payout: a hold, what the live database says, or that refunds took back what it would be paid from. Only
 * what is being paid already goes before it. The earnings have to be locked.
 */
async function findStop(
  sql: Sql,
  row: RawWithdrawal,
  unpayable: ReadonlyMap<string, string>,
  now: Date,
): Promise<string | null> {
  const [hold] = await listPayoutHolds(sql, row.anchor_id, now);
  if (hold) return `held_${hold.kind}`;
  const reason = unpayable.get(row.anchor_id);
  if (reason) return reason;
  const [left] = await sql<{ fen: string }[]>`
    SELECT e.earned_fen - e.withdrawn_fen - coalesce((
      SELECT sum(w.amount_fen) FROM withdrawals w
      WHERE w.anchor_id = e.anchor_id AND w.status = 'paying' AND w.payout_id <> ${row.payout_id}), 0) AS fen
    FROM anchor_earnings e WHERE e.anchor_id = ${row.anchor_id}`;
  return Number(left?.fen ?? 0) < Number(row.amount_fen) ? "earnings_taken_back" : null;
}

/** Leaves it approved, or makes it so again, and says why it is not paid. */
async function stop(sql: Sql, row: RawWithdrawal, reason: string, now: Date): Promise<WithdrawalRow> {
  const at = now.toISOString();
  const [stopped] = await sql<RawWithdrawal[]>`
    UPDATE withdrawals SET status = 'approved', failure_reason = ${reason}, updated_at = ${at},
      next_attempt_at = ${new Date(now.getTime() + STOPPED_PAUSE_MS).toISOString()}
    WHERE payout_id = ${row.payout_id} RETURNING *`;
  if (row.status !== "approved") await insertWithdrawalEvent(sql, eventOf(row, "approved", reason, now));
  return toWithdrawal(stopped as RawWithdrawal);
}

export type OrderPermit =
  | { permit: "granted" }
  /** Somebody else has gone on with it. */
  | { permit: "lost" }
  /** It is approved again, and nobody has ordered it. */
  | { permit: "stopped"; reason: string; row: WithdrawalRow }
  /** An order from before may still arrive at the provider: it goes on being asked about. */
  | { permit: "refused"; reason: string };

/**
 * Asks, just before the provider is sent an order, whether it may be. `payout` is as it was claimed; the provider has
 * just said that it does not know it, unless it `isFirst`.
 *
 * Locks: the earnings of the anchor, then the withdrawal.
 */
export async function permitPayoutOrder(
  db: FinanceDb,
  input: { payout: ClaimedPayout; now: Date; findUnpayable: FindUnpayable },
): Promise<OrderPermit> {
  const { payout, now } = input;
  return await inTransaction(db.sql, async (sql) => {
    await sql`SELECT 1 FROM anchor_earnings WHERE anchor_id = ${payout.anchorId} FOR UPDATE`;
    const [row] = await sql<RawWithdrawal[]>`
      SELECT * FROM withdrawals WHERE payout_id = ${payout.payoutId} AND status = 'paying'
        AND attempts = ${payout.attempts} FOR UPDATE`;
    if (!row) return { permit: "lost" };
    const reason = await findStop(sql, row, await input.findUnpayable([payout.anchorId]), now);
    if (!reason) {
      await sql`UPDATE withdrawals SET ordered_at = ${now.toISOString()} WHERE payout_id = ${payout.payoutId}`;
      return { permit: "granted" };
    }
    // The number of attempts begins anew when an operator has it retried: another may have ordered it since it was taken.
    const isUnordered = payout.isFirst && row.ordered_at?.getTime() === payout.orderedAt?.getTime();
    if (isUnordered) {
      await sql`UPDATE withdrawals SET ordered_at = NULL WHERE payout_id = ${payout.payoutId}`;
    } else if (!row.ordered_at || now.getTime() - row.ordered_at.getTime() < ORDER_ARRIVES_WITHIN_MS) {
      return { permit: "refused", reason };
    }
    return { permit: "stopped", reason, row: await stop(sql, row, reason, now) };
  });
}
