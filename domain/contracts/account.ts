import { z } from "zod";
import { canonicalPhone } from "../rules/phone-number";
import { OperatorReason, Uuid } from "./ids";
import { OneTimeCode, TEXT_KINDS } from "./texts";

/** A telephone number with its country's calling code, in any spelling; what is handed on is the one of E.164. */
export const PhoneNumber = z
  .string()
  .max(100)
  .transform((text) => canonicalPhone(text) ?? "")
  .refine((phone) => phone !== "", "must be a telephone number with its country, as +8613800000001")
  .register(TEXT_KINDS, { kind: "pasted" });

/** A session as young as this is one whose browser has just proven its phone. */
export const FRESH_SESSION_MINUTES = 10;

export const StartPhoneChangeInput = z.object({ changeId: Uuid, phoneNumber: PhoneNumber });
export type StartPhoneChangeInput = z.infer<typeof StartPhoneChangeInput>;

export const ConfirmPhoneChangeInput = z.object({
  changeId: Uuid,
  phoneNumber: PhoneNumber,
  /** What came to the number of now, and to the new one. */
  oldCode: OneTimeCode,
  newCode: OneTimeCode,
});
export type ConfirmPhoneChangeInput = z.infer<typeof ConfirmPhoneChangeInput>;

export const EndSessionInput = z.object({ sessionId: Uuid });
export type EndSessionInput = z.infer<typeof EndSessionInput>;

export const EndPersonSessionsInput = z.object({
  userId: Uuid,
  /** Without it, all of them. */
  sessionId: Uuid.optional(),
  reason: OperatorReason,
});
export type EndPersonSessionsInput = z.infer<typeof EndPersonSessionsInput>;

export const PhoneChangePolicy = z.object({
  /** How many days nothing is paid out after a number was changed. */
  payoutHoldDays: z.number().int().min(0).max(30),
});
export type PhoneChangePolicy = z.infer<typeof PhoneChangePolicy>;

export const SetPhoneChangePolicyInput = PhoneChangePolicy.extend({ reason: OperatorReason });
export type SetPhoneChangePolicyInput = z.infer<typeof SetPhoneChangePolicyInput>;

export interface Account {
  /** Only its last places; null for a guest. */
  phone: string | null;
  /** Whether this session may start a change of the number. */
  isFresh: boolean;
  lastPhoneChange: { at: string; payoutsHeldUntil: string | null } | null;
}

export interface MySession {
  sessionId: string;
  isCurrent: boolean;
  createdAt: string;
  /** When it was last made to last, which is once a day at most. */
  seenAt: string;
  /** Masked. */
  address: string | null;
  userAgent: string | null;
}
