import { z } from "zod";
import { findAccountNumberFault, tidyAccountNumber } from "../rules/account-number";
import { Uuid } from "./ids";
import { OneTimeCode, readableLine, TEXT_KINDS } from "./texts";
import { AmountFen, PayoutAccountKind } from "./withdrawal";

export const PayoutAccount = z
  .object({
    kind: PayoutAccountKind,
    /** Whose account it is. */
    name: readableLine(60),
    number: z.string().max(200).register(TEXT_KINDS, { kind: "pasted" }),
  })
  .transform((account) => ({ ...account, number: tidyAccountNumber(account.kind, account.number) }))
  .superRefine(({ kind, number }, context) => {
    const message = findAccountNumberFault(kind, number);
    if (message) context.addIssue({ code: "custom", path: ["number"], message });
  });
export type PayoutAccount = z.infer<typeof PayoutAccount>;

export const WithdrawInput = z.object({
  /** Made by the client, once per intent; scoped by anchor. */
  withdrawalId: Uuid,
  amountFen: AmountFen,
  payoutAccount: PayoutAccount,
  /** What `finance.sendAccountCode` sent to the anchor's phone; needed once for an account that is new. */
  accountCode: OneTimeCode.optional(),
});
export type WithdrawInput = z.infer<typeof WithdrawInput>;

export const SendAccountCodeInput = z.object({ payoutAccount: PayoutAccount });
export type SendAccountCodeInput = z.infer<typeof SendAccountCodeInput>;
