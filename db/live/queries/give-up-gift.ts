import type { Sql } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import type { GiftFailureReason } from "@/domain/contracts/gift";
import type { DeadLetterFacts } from "@/domain/rules/dead-letter";
import { insertFailures, type QueuedGift } from "../ledger/gift-rows";
import { insertDeadLetter, type RecordedLetter } from "./dead-letters";

/**
 * Records an entry that is given up, in one transaction: its order as a failed one that costs nothing, and the dead letter.
 *
 * @returns `isFailed` false when the order had been decided before; it keeps its state.
 */
export async function recordGivenUpGift(
  sql: Sql,
  entry: QueuedGift,
  reason: GiftFailureReason,
  letter: DeadLetterFacts,
): Promise<{ isFailed: boolean; letter: RecordedLetter }> {
  return await inTransaction(sql, async (tx) => {
    const isFailed = await failGiftWithin(tx, entry, reason);
    return { isFailed, letter: await insertDeadLetter(tx, { ...letter, isTold: true }) };
  });
}

/**
 * Records an order as failed unless it is decided, within the caller's transaction. False when it is.
 * Locks: the bucket of gifts, so that an order can never be failed here and settled by another delivery at once.
 */
export async function failGiftWithin(
  tx: Sql,
  entry: QueuedGift,
  reason: GiftFailureReason,
): Promise<boolean> {
  if (await isDecidedWithin(tx, entry)) return false;
  await insertFailures(tx, [entry], [reason]);
  return true;
}

/** Whether an order has ended, in whatever way; nothing ends it before the caller's transaction does. */
export async function isDecidedWithin(
  tx: Sql,
  order: Pick<QueuedGift, "bucket" | "giftOrderId" | "senderId">,
): Promise<boolean> {
  const { bucket, giftOrderId, senderId } = order;
  await tx`SELECT 1 FROM gift_buckets WHERE bucket = ${bucket} FOR UPDATE`;
  const records = await tx`
    SELECT 1 FROM gift_records WHERE gift_order_id = ${giftOrderId} AND sender_id = ${senderId}
    UNION ALL
    SELECT 1 FROM gift_failures WHERE gift_order_id = ${giftOrderId} AND sender_id = ${senderId}`;
  return records.length > 0;
}
