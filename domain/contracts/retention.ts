import { z } from "zod";
import { OperatorReason } from "./ids";

/** After how many days what nobody needs any more is removed. */
export const RetentionPolicy = z.object({
  /** One-time codes that have run out. */
  codesDays: z.number().int().min(1).max(3_650),
  /** Sessions that have run out. */
  sessionsDays: z.number().int().min(1).max(3_650),
  /** Guests who left no trace; a guest's session lives for a month. */
  guestsDays: z.number().int().min(31).max(3_650),
  /** Chat messages; null keeps them for ever. */
  chatDays: z.number().int().min(1).max(3_650).nullable(),
  /** Callbacks of payment providers; providers repeat themselves for days. What they said of money is kept for ever. */
  callbacksDays: z.number().int().min(31).max(3_650).nullable(),
});
export type RetentionPolicy = z.infer<typeof RetentionPolicy>;

export const SetRetentionPolicyInput = RetentionPolicy.extend({ reason: OperatorReason });
export type SetRetentionPolicyInput = z.infer<typeof SetRetentionPolicyInput>;
