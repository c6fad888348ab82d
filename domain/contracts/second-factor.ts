import { z } from "zod";
import { OperatorReason, Uuid } from "./ids";

/** For what needs a fresh code, this long after it was given. */
export const FRESH_FACTOR_MINUTES = 5;

/** What somebody with an operator's role has to do before the session is an operator's. */
export type PendingFactor = "enrol" | "verify";

export const ConfirmSecondFactorInput = z.object({ code: z.string().regex(/^\d{6}$/, "must be six digits") });
export type ConfirmSecondFactorInput = z.infer<typeof ConfirmSecondFactorInput>;

export const VerifySecondFactorInput = z.object({
  /** Of the authenticator, or a recovery code. */
  code: z.string().regex(/^(\d{6}|[A-Za-z\d]{5}-?[A-Za-z\d]{5})$/, "must be a code"),
});
export type VerifySecondFactorInput = z.infer<typeof VerifySecondFactorInput>;

export const ResetSecondFactorInput = z.object({ userId: Uuid, reason: OperatorReason });
export type ResetSecondFactorInput = z.infer<typeof ResetSecondFactorInput>;

export interface SecondFactorView {
  /** Whether operators need one here. */
  isRequired: boolean;
  isEnrolled: boolean;
  recoveryCodesLeft: number;
  /** When this session gave a code last. */
  verifiedAt: string | null;
}

export interface NewSecondFactor {
  /** For an authenticator to scan. */
  uri: string;
  /** The same, to be typed. */
  secret: string;
}
