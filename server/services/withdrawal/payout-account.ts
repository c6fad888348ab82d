import { z } from "zod";
import type { PayoutAccount } from "@/domain/contracts/payout-account";
import { PayoutAccountKind } from "@/domain/contracts/withdrawal";
import { maskName, maskNumber } from "@/domain/rules/mask";
import { vaultOf } from "@/platform/security/vault";
import type { Env } from "@/platform/settings/env";
import { hashCode } from "../one-time-code/code-hash";

/** What was taken once is paid to, whatever is asked of new accounts today. */
const StoredAccount = z.object({ kind: PayoutAccountKind, name: z.string(), number: z.string() });

type Keys = Pick<Env, "DATA_KEYS" | "BLIND_INDEX_KEY">;

/** Where the account of a withdrawal stands; also for whoever changes its key. */
export const payoutAccountPlace = (anchorId: string, withdrawalId: string) => ({
  table: "withdrawals",
  column: "account_cipher",
  rowId: `${anchorId}/${withdrawalId}`,
});

const textOf = (account: PayoutAccount) => JSON.stringify([account.kind, account.name, account.number]);

/** Tells whether two accounts are the same one. */
export const indexPayoutAccount = (env: Keys, account: PayoutAccount) =>
  vaultOf(env).index("payout-account", textOf(account));

/** How a code that confirms an account is kept: it fits no other account or anchor. */
export const hashAccountCode = (
  env: Pick<Env, "AUTH_SECRET">,
  { anchorId, accountIndex }: { anchorId: string; accountIndex: string },
  code: string,
) => hashCode(env, ["payout-account", anchorId, accountIndex], code);

/** How an account stands with its withdrawal: sealed, comparable, and as it may be shown. */
export function sealPayoutAccount(env: Keys, anchorId: string, withdrawalId: string, account: PayoutAccount) {
  return {
    cipher: vaultOf(env).seal(payoutAccountPlace(anchorId, withdrawalId), textOf(account)),
    index: indexPayoutAccount(env, account),
    kind: account.kind,
    nameMasked: maskName(account.name),
    numberMasked: maskNumber(account.number),
  };
}

/** The account itself. Throws when its key is not known or the value is not of this withdrawal. */
export function openPayoutAccount(
  env: Keys,
  row: { anchorId: string; withdrawalId: string; accountCipher: string },
): PayoutAccount {
  const text = vaultOf(env).open(payoutAccountPlace(row.anchorId, row.withdrawalId), row.accountCipher);
  const [kind, name, number] = JSON.parse(text) as unknown[];
  return StoredAccount.parse({ kind, name, number });
}
