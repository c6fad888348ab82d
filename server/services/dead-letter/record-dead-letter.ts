import type { QueuedGift } from "@/db/live/ledger/post-gifts";
import { insertDeadLetter, type RecordedLetter } from "@/db/live/queries/dead-letters";
import { recordGivenUpGift } from "@/db/live/queries/give-up-gift";
import { type DeadLetterFacts, describeDeadLetter, type GivenUpEntry } from "@/domain/rules/dead-letter";
import { counter } from "@/platform/observability/metrics";
import { newTraceId } from "@/platform/observability/trace";
import { raiseAlarm } from "../alarm/raise-alarm";
import type { Resources } from "../context";

const recordedTotal = counter("downpour_dead_letters_total", "Queue entries given up or set apart", [
  "queue",
]);

type RecordResources = Pick<Resources, "live" | "log">;

/**
 * Sets a queue entry apart for a person to decide on, without telling anybody that it failed: a claim, what is no entry of
 * ours, or a gift that could neither be posted nor be recorded as failed. It is recorded once, however often it is read.
 * Throws whatever keeps it from being recorded: then the entry must not be acknowledged.
 */
export async function setApart(
  resources: RecordResources,
  queue: DeadLetterFacts["queue"],
  entry: GivenUpEntry,
  reason: string,
): Promise<void> {
  const letter = describeDeadLetter(queue, entry, reason);
  const recorded = await insertDeadLetter(resources.live.sql, { ...letter, isTold: false });
  await tellOperators(resources, letter, recorded);
}

/**
 * Gives a gift up: its order is recorded as failed together with the dead letter, both or neither. Only when this has
 * returned may anybody be told. False when the order had been decided before; it keeps its state. Throws whatever keeps
 * it from being recorded: then the entry must not be acknowledged.
 */
export async function recordGivenUp(
  resources: RecordResources,
  gift: QueuedGift,
  entry: GivenUpEntry,
  reason: string,
): Promise<boolean> {
  const letter = describeDeadLetter("gifts", entry, reason);
  const { isFailed, letter: recorded } = await recordGivenUpGift(
    resources.live.sql,
    gift,
    "INTERNAL",
    letter,
  );
  await tellOperators(resources, letter, recorded);
  return isFailed;
}

/** After every delivery, not only the first: whoever recorded it may have died before it could say so. */
async function tellOperators(
  resources: RecordResources,
  { queue, bucket, entryId, traceId, reason }: DeadLetterFacts,
  { id, isNew }: RecordedLetter,
): Promise<void> {
  if (isNew) recordedTotal.inc({ queue });
  resources.log.error(
    { deadLetterId: id, queue, bucket, entryId, reason, traceId },
    "a queue entry was given up",
  );
  await raiseAlarm(resources, {
    kind: "queue.dead_letter",
    subject: `queue:${queue}`,
    facts: { deadLetterId: id, bucket, entryId },
    traceId: traceId ?? newTraceId(),
  });
}
