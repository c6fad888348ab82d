import type { LiveDb, Sql } from "@/db/client";
import { insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { FreezeSource, WalletFreeze } from "@/domain/contracts/wallet-admin";
import { followFreezes, lockWallet } from "../ledger/accounts";
import { decideRestrictionIn, lockPerson } from "./account-restrictions";

export interface FrozenWallet {
  /** The restriction that freezing is, to be carried out. */
  restrictionId: string | null;
  /** Restrictions that letting go has lifted, to be carried out too. */
  liftedIds: string[];
}

/** One reason for which a wallet is frozen. */
export interface FreezeReason {
  userId: string;
  source: FreezeSource;
  /** Id of the payment or restriction; empty for an operator's own. */
  subject: string;
}

interface Act {
  reason: string;
  actorId: string;
  traceId: string;
}

/**
 * Freezes a wallet for one reason more, within the caller's transaction, and records it. Returns whether that changed
 * anything: the same reason twice is one. `unknown`: there is no wallet.
 * Locks: the wallet.
 */
export async function placeFreeze(sql: Sql, freeze: FreezeReason & Act): Promise<boolean | "unknown"> {
  const { userId, source, subject, reason, actorId, traceId } = freeze;
  const before = await lockWallet(sql, userId);
  if (!before) return "unknown";
  const placed = await sql`
    INSERT INTO wallet_freezes (user_id, source, subject, reason, placed_by, trace_id, placed_at)
    VALUES (${userId}, ${source}, ${subject}, ${reason}, ${actorId}, ${traceId}, now())
    ON CONFLICT (user_id, source, subject) DO NOTHING RETURNING user_id`;
  if (placed.length === 0 && before.frozenAt) return false;
  await follow(sql, freeze, "wallet.freeze", before.frozenAt);
  return true;
}

/** Takes one reason away; the wallet stays frozen as long as there is another. Returns whether it stood. Locks: the wallet. */
export async function liftFreeze(sql: Sql, freeze: FreezeReason & Act): Promise<boolean | "unknown"> {
  const { userId, source, subject } = freeze;
  const before = await lockWallet(sql, userId);
  if (!before) return "unknown";
  const lifted = await sql`
    DELETE FROM wallet_freezes WHERE user_id = ${userId} AND source = ${source} AND subject = ${subject}
    RETURNING user_id`;
  if (lifted.length === 0) return false;
  await follow(sql, freeze, "wallet.unfreeze", before.frozenAt);
  return true;
}

async function follow(
  sql: Sql,
  { userId, source, subject, reason, actorId, traceId }: FreezeReason & Act,
  action: "wallet.freeze" | "wallet.unfreeze",
  before: Date | null,
): Promise<void> {
  const frozenAt = await followFreezes(sql, userId);
  await insertOperatorAction(sql, {
    actorId,
    action,
    subject: `wallet:${userId}`,
    before: { frozenAt: before },
    after: { frozenAt, source, ...(subject ? { [source]: subject } : {}) },
    reason,
    traceId,
  });
}

/** Why a wallet is frozen, oldest first. */
export async function listFreezes(sql: Sql, userId: string): Promise<WalletFreeze[]> {
  const rows = await sql<{ source: FreezeSource; subject: string; reason: string; placed_at: Date }[]>`
    SELECT source, subject, reason, placed_at FROM wallet_freezes WHERE user_id = ${userId} ORDER BY placed_at, subject`;
  return rows.map(({ placed_at, ...freeze }) => ({ ...freeze, at: placed_at.toISOString() }));
}

/**
 * Freezes a wallet for an operator, or takes reasons away: those named; or, where none is named, the operator's own, and
 * only where there is none of these the ones of payments. A restriction is lifted where it was placed, never here. A
 * wallet that stands so already is left alone. Undefined where there is no wallet.
 *
 * Freezing also stops whoever owns the wallet as a restriction of spending does, and letting go lifts that: it is for the
 * caller to carry out. Lock order: the person, orders of coins, the wallet.
 */
export async function setWalletFrozen(
  db: LiveDb,
  input: {
    userId: string;
    frozen: boolean;
    lift?: readonly { source: "operator" | "payment"; subject: string }[];
    restrictionId: string;
  } & Act,
): Promise<FrozenWallet | undefined> {
  const { userId, frozen, lift, restrictionId, ...act } = input;
  return await inTransaction(db.sql, async (sql) => {
    const own = { userId, source: "operator", subject: "", ...act } as const;
    await lockPerson(sql, userId);
    if (frozen) {
      if ((await placeFreeze(sql, own)) === "unknown") return undefined;
      const stop = {
        id: restrictionId,
        userId,
        kind: "spending",
        source: "wallet",
        newRole: null,
        until: null,
      } as const;
      const decided = await decideRestrictionIn(sql, { ...stop, ...act, audit: null });
      return { restrictionId: "id" in decided ? decided.id : null, liftedIds: [] };
    }
    await lookAtPayments(sql, userId);
    const wallet = await lockWallet(sql, userId);
    if (!wallet) return undefined;
    const standing = await listFreezes(sql, userId);
    const mine = standing.filter(({ source }) => source === "operator");
    const reasons = lift ?? (mine.length > 0 ? mine : standing.filter(({ source }) => source === "payment"));
    for (const { source, subject } of reasons) await liftFreeze(sql, { ...own, source, subject });
    // Frozen by hand in the database, without a reason of ours.
    if (standing.length === 0 && wallet.frozenAt) await follow(sql, own, "wallet.unfreeze", wallet.frozenAt);
    const left = await sql`SELECT 1 FROM wallet_freezes WHERE user_id = ${userId} AND source = 'operator'`;
    return { restrictionId: null, liftedIds: left.length > 0 ? [] : await liftStops(sql, userId, act) };
  });
}

/** Payouts that are held because of payments which an operator has let go need not be held any more. */
async function lookAtPayments(sql: Sql, userId: string): Promise<void> {
  await sql`
    SELECT 1 FROM recharge_orders WHERE user_id = ${userId} AND standing <> 'clear' ORDER BY payment_id FOR UPDATE`;
  await sql`UPDATE recharge_orders SET recover_at = now() WHERE user_id = ${userId} AND standing <> 'clear'`;
}

async function liftStops(sql: Sql, userId: string, { reason, actorId }: Act): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    UPDATE account_restrictions SET lifted_at = now(), lifted_by = ${actorId}, lift_reason = ${reason}
    WHERE user_id = ${userId} AND source = 'wallet' AND ended_at IS NULL AND lifted_at IS NULL RETURNING id`;
  return rows.map((row) => row.id);
}
