import type { FinanceDb, Sql } from "@/db/client";
import { inTransaction } from "@/db/transaction";

/** An account that somebody means, as withdrawals name it. */
export interface NamedAccount {
  anchorId: string;
  accountIndex: string;
}

/** An account is known as soon as this long has passed since something was paid to it. */
const KNOWN_AFTER = "1 day";

/** Whether an account is known, and whether the anchor's phone has said yes to it. */
export async function readAccountStanding(
  sql: Sql,
  { anchorId, accountIndex }: NamedAccount,
): Promise<{ isKnown: boolean; isConfirmed: boolean }> {
  const [row] = await sql<{ is_known: boolean; is_confirmed: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM withdrawals WHERE anchor_id = ${anchorId} AND account_index = ${accountIndex}
        AND status = 'paid' AND paid_at < now() - ${KNOWN_AFTER}::interval) AS is_known,
      EXISTS (SELECT 1 FROM payout_accounts
        WHERE anchor_id = ${anchorId} AND account_index = ${accountIndex}) AS is_confirmed`;
  return { isKnown: row?.is_known ?? false, isConfirmed: row?.is_confirmed ?? false };
}

/** What was asked for since an instant to accounts that are not known, and not given back. */
export async function sumToNewAccounts(sql: Sql, anchorId: string, since: Date): Promise<number> {
  const [row] = await sql<{ fen: string }[]>`
    SELECT coalesce(sum(w.amount_fen), 0) AS fen FROM withdrawals w
    WHERE w.anchor_id = ${anchorId} AND w.created_at >= ${since.toISOString()}
      AND w.status NOT IN ('rejected', 'failed')
      AND NOT EXISTS (SELECT 1 FROM withdrawals p WHERE p.anchor_id = w.anchor_id
        AND p.account_index = w.account_index AND p.status = 'paid' AND p.paid_at < now() - ${KNOWN_AFTER}::interval)`;
  return Number(row?.fen ?? 0);
}

/** Puts a code in place of whatever waits for this account. */
export async function putAccountCode(
  db: FinanceDb,
  code: NamedAccount & { codeHash: string; tries: number; expiresAt: Date },
): Promise<void> {
  await inTransaction(db.sql, async (sql) => {
    await sql`DELETE FROM payout_account_codes WHERE anchor_id = ${code.anchorId} AND expires_at < now()`;
    await sql`
      INSERT INTO payout_account_codes (anchor_id, account_index, code_hash, tries_left, expires_at)
      VALUES (${code.anchorId}, ${code.accountIndex}, ${code.codeHash}, ${code.tries}, ${code.expiresAt.toISOString()})
      ON CONFLICT (anchor_id, account_index) DO UPDATE SET code_hash = excluded.code_hash,
        tries_left = excluded.tries_left, expires_at = excluded.expires_at`;
  });
}

/**
 * Tries a code on an account. The right one is used up by it and the account is confirmed; a wrong one costs a try, and
 * the last wrong one the code. One statement decides, so that tries at the same time are counted one by one.
 */
export async function tryAccountCode(
  sql: Sql,
  { anchorId, accountIndex, codeHash, traceId }: NamedAccount & { codeHash: string; traceId: string },
): Promise<{ isRight: true } | { isRight: false; triesLeft: number }> {
  const used = await sql`
    DELETE FROM payout_account_codes WHERE anchor_id = ${anchorId} AND account_index = ${accountIndex}
      AND code_hash = ${codeHash} AND tries_left > 0 AND expires_at > now()`;
  if (used.count === 1) {
    await sql`
      INSERT INTO payout_accounts (anchor_id, account_index, trace_id, confirmed_at)
      VALUES (${anchorId}, ${accountIndex}, ${traceId}, now()) ON CONFLICT DO NOTHING`;
    return { isRight: true };
  }
  const [row] = await sql<{ tries_left: number }[]>`
    UPDATE payout_account_codes SET tries_left = tries_left - 1
    WHERE anchor_id = ${anchorId} AND account_index = ${accountIndex} AND tries_left > 0 AND expires_at > now()
    RETURNING tries_left`;
  return { isRight: false, triesLeft: row?.tries_left ?? 0 };
}
