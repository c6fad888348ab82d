import type { QueuedGift } from "@/db/live/ledger/post-gifts";
import { recordGivenUpGift } from "@/db/live/queries/give-up-gift";
import { type DeadLetterFacts, describeDeadLetter, queuedTextOf } from "@/domain/rules/dead-letter";
import type { Resources } from "../services/context";

let entries = 0;

/** Gives a gift up as its worker does, out of an entry of its own. False when its order had been decided before. */
export async function giveUp({ live }: Pick<Resources, "live">, gift: QueuedGift): Promise<boolean> {
  const { bucket, ...queued } = gift;
  entries += 1;
  const entry = { bucket, id: `1-${entries}`, raw: JSON.stringify(queued) };
  const letter = describeDeadLetter("gifts", entry, "for a test");
  return (await recordGivenUpGift(live.sql, gift, "INTERNAL", letter)).isFailed;
}

export interface FoundLetter {
  id: string;
  entryId: string;
  reason: string;
  raw: string;
  status: string;
  isTold: boolean;
}

/** What was recorded of one bucket, oldest first. */
export async function listLetters(
  { live }: Pick<Resources, "live">,
  queue: DeadLetterFacts["queue"],
  bucket: number,
): Promise<FoundLetter[]> {
  const rows = await live.sql<
    { id: string; entry_id: string; reason: string; fields: string; status: string; is_told: boolean }[]
  >`SELECT id, entry_id, reason, fields, status, is_told FROM dead_letters WHERE queue = ${queue} AND bucket = ${bucket} ORDER BY id`;
  return rows.map(({ id, entry_id: entryId, reason, fields, status, is_told: isTold }) => ({
    id,
    entryId,
    reason,
    raw: queuedTextOf(fields),
    status,
    isTold,
  }));
}
