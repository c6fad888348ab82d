import { z } from "zod";
import { OperatorReason, Uuid } from "./ids";
import type { RainStatus } from "./rain";

export const DeadLetterKind = z.enum(["gift", "claim"]);
export type DeadLetterKind = z.infer<typeof DeadLetterKind>;

/** `open` waits for a decision; the others say what was decided. */
export const DeadLetterStatus = z.enum(["open", "requeued", "credited", "refunded", "dismissed"]);
export type DeadLetterStatus = z.infer<typeof DeadLetterStatus>;

/**
 * What an operator can do with it. `requeue`: the gift is tried again. `refund`: the gift ends as failed, or what was paid
 * for it goes back. `credit_escrow`: the packet is credited as it would have been. `credit_promotion`: the platform pays
 * for it. `dismiss`: nothing, with a note.
 */
export const DEAD_LETTER_ACTIONS = [
  "requeue",
  "refund",
  "credit_escrow",
  "credit_promotion",
  "dismiss",
] as const;
export type DeadLetterAction = (typeof DEAD_LETTER_ACTIONS)[number];

/**
 * What a decision did. `queued`: the entry is in the queue again. `failed`: the order is recorded as failed, and its sender
 * is told. `refund`: coins that were paid went back. `released`: what was reserved is free again, and the order is unknown.
 * `escrow`, `promotion`: the winner has the coins, out of the rain's escrow or the platform's account. `nothing`.
 */
export const DEAD_LETTER_EFFECTS = [
  "queued",
  "failed",
  "refund",
  "released",
  "escrow",
  "promotion",
  "nothing",
] as const;
export type DeadLetterEffect = (typeof DEAD_LETTER_EFFECTS)[number];

export const DeadLettersInput = z.object({
  kind: DeadLetterKind.optional(),
  status: DeadLetterStatus.optional(),
  /** The id that the page before ended with. */
  cursor: Uuid.optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type DeadLettersInput = z.infer<typeof DeadLettersInput>;

export const DeadLetterInput = z.object({ deadLetterId: Uuid });
export type DeadLetterInput = z.infer<typeof DeadLetterInput>;

export const DecideDeadLetterInput = z.object({
  deadLetterId: Uuid,
  decision: z.enum(["requeue", "refund", "dismiss"]),
  reason: OperatorReason,
});
export type DecideDeadLetterInput = z.infer<typeof DecideDeadLetterInput>;

/** `decideDeadLetter` with the decision that most callers mean. */
export const RequeueDeadLetterInput = DecideDeadLetterInput.omit({ decision: true });

export const CreditDeadLetterInput = z.object({
  deadLetterId: Uuid,
  /** Out of `promotion` two operators are needed while four eyes are on. */
  from: z.enum(["escrow", "promotion"]),
  reason: OperatorReason,
});
export type CreditDeadLetterInput = z.infer<typeof CreditDeadLetterInput>;

export interface DeadLetter {
  deadLetterId: string;
  kind: DeadLetterKind;
  bucket: number;
  entryId: string;
  reason: string;
  /** Whether the sender of the gift was told that it failed. */
  isTold: boolean;
  giftOrderId: string | null;
  /** Who sent the gift or won the packet. */
  userId: string | null;
  userName: string | null;
  rainId: string | null;
  packetIndex: number | null;
  coins: number | null;
  traceId: string | null;
  status: DeadLetterStatus;
  effect: DeadLetterEffect | null;
  /** The decision stands; the queue or a cache is still to be told, which happens by itself. */
  isEffectDue: boolean;
  decidedBy: string | null;
  decidedByName: string | null;
  decidedAt: string | null;
  note: string | null;
  createdAt: string;
}

export interface DeadLetterDetail extends DeadLetter {
  /** What was queued: names and values in turn, to the letter. */
  fields: string[];
  /** How the order stands in the books; null for claims, and while it has not ended. */
  orderStatus: "settled" | "failed" | "refunded" | null;
  rainStatus: RainStatus | null;
  /** What can be done with it now. */
  actions: DeadLetterAction[];
}
