import type { FinanceDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";

export interface SealedAccount {
  payoutId: string;
  anchorId: string;
  withdrawalId: string;
  sealed: string;
}

/** Sealed accounts that do not begin with `prefix`, in order of payout ids after one. */
export async function listAccountsSealedOtherwise(
  { sql }: FinanceDb,
  input: { prefix: string; afterId: string; limit: number },
): Promise<SealedAccount[]> {
  return await sql<SealedAccount[]>`
    SELECT payout_id AS "payoutId", anchor_id AS "anchorId", withdrawal_id AS "withdrawalId", account_cipher AS sealed
    FROM withdrawals WHERE payout_id > ${input.afterId} AND NOT starts_with(account_cipher, ${input.prefix})
    ORDER BY payout_id LIMIT ${input.limit}`;
}

/** Replaces sealed accounts that are still what they were read as. Returns how many were. */
export async function replaceSealedAccounts(
  { sql }: FinanceDb,
  rows: readonly (SealedAccount & { next: string })[],
): Promise<number> {
  const changed = await sql`
    UPDATE withdrawals w SET account_cipher = n.next
    FROM unnest(${arrayLiteral(rows.map((row) => row.payoutId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.sealed))}::text[], ${arrayLiteral(rows.map((row) => row.next))}::text[])
      AS n (payout_id, sealed, next)
    WHERE w.payout_id = n.payout_id AND w.account_cipher = n.sealed`;
  return changed.count;
}

/** How many accounts each key has sealed. */
export async function countAccountsByKey({ sql }: FinanceDb): Promise<Map<string, number>> {
  const rows = await sql<{ key_id: string; accounts: number }[]>`
    SELECT split_part(account_cipher, ':', 2) AS key_id, count(*)::int AS accounts FROM withdrawals GROUP BY 1`;
  return new Map(rows.map((row) => [row.key_id, row.accounts]));
}
