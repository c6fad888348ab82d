import { v7 as uuidv7 } from "uuid";
import type { LiveDb, Sql } from "@/db/client";
import type { DeadLetterFacts } from "@/domain/rules/dead-letter";

export interface RecordedLetter {
  id: string;
  /** False when this very entry had been recorded before. */
  isNew: boolean;
}

/** Records an entry that is given up, once, however often it is read. Also inside a transaction of the caller's. */
export async function insertDeadLetter(
  sql: Sql,
  letter: DeadLetterFacts & { isTold: boolean },
): Promise<RecordedLetter> {
  const { queue, bucket, entryId, fields, fieldsHash } = letter;
  const [inserted] = await sql<{ id: string }[]>`
    INSERT INTO dead_letters (id, queue, bucket, entry_id, fields, fields_hash, reason, is_told, gift_order_id, user_id, rain_id,
      packet_index, coins, trace_id)
    VALUES (${uuidv7()}, ${queue}, ${bucket}, ${entryId}, ${fields}, ${fieldsHash}, ${letter.reason}, ${letter.isTold},
      ${letter.giftOrderId}, ${letter.userId}, ${letter.rainId}, ${letter.packetIndex}, ${letter.coins}, ${letter.traceId})
    ON CONFLICT (queue, bucket, entry_id, fields_hash) DO NOTHING
    RETURNING id`;
  if (inserted) return { id: inserted.id, isNew: true };
  const [known] = await sql<{ id: string }[]>`
    SELECT id FROM dead_letters
    WHERE queue = ${queue} AND bucket = ${bucket} AND entry_id = ${entryId} AND fields_hash = ${fieldsHash}`;
  if (!known) throw new Error("A dead letter was neither recorded nor known.");
  return { id: known.id, isNew: false };
}

/** How many wait for a decision; never counts beyond `max`. */
export async function countOpenDeadLetters(
  db: LiveDb,
  queue: DeadLetterFacts["queue"] | null,
  max: number,
): Promise<number> {
  const [row] = await db.sql<{ open: number }[]>`
    SELECT count(*)::int AS open FROM (
      SELECT 1 FROM dead_letters
      WHERE status = 'open' AND (${queue}::text IS NULL OR queue = ${queue}::text) LIMIT ${max}) AS counted`;
  return row?.open ?? 0;
}

/** An order that waits for a person's decision, its sender not having been told that it failed. */
export async function findSetApart(
  db: LiveDb,
  senderId: string,
  giftOrderId: string,
): Promise<{ totalCoins: number; traceId: string | null } | undefined> {
  const [row] = await db.sql<{ coins: string | null; trace_id: string | null }[]>`
    SELECT coins, trace_id FROM dead_letters
    WHERE gift_order_id = ${giftOrderId} AND user_id = ${senderId} AND queue = 'gifts' AND status = 'open' AND NOT is_told
    ORDER BY id DESC LIMIT 1`;
  return row && { totalCoins: Number(row.coins ?? 0), traceId: row.trace_id };
}

/** The ids of all dead letters of an order, oldest first. */
export async function findDeadLettersOf(
  db: LiveDb,
  senderId: string,
  giftOrderId: string,
): Promise<string[]> {
  const rows = await db.sql<{ id: string }[]>`
    SELECT id FROM dead_letters WHERE gift_order_id = ${giftOrderId} AND user_id = ${senderId} ORDER BY id`;
  return rows.map(({ id }) => id);
}
