import { PayoutAccount } from "@/server/contracts/withdrawal";
import type { Env } from "@/server/env";
import { maskName, maskNumber } from "@/server/rules/mask";
import { vaultOf } from "@/server/security/vault";

type Keys = Pick<Env, "DATA_KEYS" | "BLIND_INDEX_KEY">;

/** Where the account of a withdrawal stands; also for whoever changes its key. */
export const payoutAccountPlace = (anchorId: string, withdrawalId: string) => ({
  table: "withdrawals",
  column: "account_cipher",
  rowId: `${anchorId}/${withdrawalId}`,
});

/** How an account stands with its withdrawal: sealed, comparable, and as it may be shown. */
export function sealPayoutAccount(env: Keys, anchorId: string, withdrawalId: string, account: PayoutAccount) {
  const vault = vaultOf(env);
  const text = JSON.stringify([account.kind, account.name, account.number]);
  return {
    cipher: vault.seal(payoutAccountPlace(anchorId, withdrawalId), text),
    index: vault.index("payout-account", text),
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
  return PayoutAccount.parse({ kind, name, number });
}
