import type { LiveDb } from "@/db/client";
import { type ActionBy, insertOperatorAction } from "@/db/operator-actions";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";

/** The last of them locks the factor for a while, for the right code, too. */
const WRONG_TRIES_MAX = 5;
const LOCKED_MINUTES = 15;

export interface FactorState {
  isEnrolled: boolean;
  recoveryCodesLeft: number;
  /** When this session gave a code last. */
  verifiedAt: Date | null;
  /** Whether that was so short a time ago that it counts for what needs a fresh one. */
  isFresh: boolean;
}

export async function readFactorState(
  { sql }: LiveDb,
  input: { userId: string; sessionId: string; freshMinutes: number },
): Promise<FactorState> {
  const [row] = await sql<FactorState[]>`
    SELECT EXISTS (SELECT 1 FROM second_factors WHERE user_id = ${input.userId} AND confirmed_at IS NOT NULL) AS "isEnrolled",
      (SELECT count(*)::int FROM recovery_codes WHERE user_id = ${input.userId} AND used_at IS NULL) AS "recoveryCodesLeft",
      s.second_factor_at AS "verifiedAt",
      coalesce(s.second_factor_at > now() - ${input.freshMinutes}::int * interval '1 minute', false) AS "isFresh"
    FROM (SELECT 1) one LEFT JOIN auth_sessions s ON s.id = ${input.sessionId} AND s.user_id = ${input.userId}`;
  return row as FactorState;
}

/** Stores a secret that waits for its first code, in the place of another that does. False when one is in force. */
export async function putWaitingFactor(
  { sql }: LiveDb,
  { userId, secretCipher }: { userId: string; secretCipher: string },
): Promise<boolean> {
  const rows = await sql`
    INSERT INTO second_factors (user_id, secret_cipher) VALUES (${userId}, ${secretCipher})
    ON CONFLICT (user_id) DO UPDATE SET secret_cipher = excluded.secret_cipher, created_at = now()
      WHERE second_factors.confirmed_at IS NULL
    RETURNING 1`;
  return rows.length > 0;
}

export type TriedFactor = "right" | "wrong" | "locked" | "absent";

interface TryFactorInput {
  userId: string;
  sessionId: string;
  traceId: string;
  /** Which half minute the code is of, for this secret; undefined when of none that counts now. */
  findStep(secretCipher: string): Promise<number | undefined>;
  /** The hash of what was typed, where it looks like a recovery code. */
  recoveryHash?: string;
  /** Puts a waiting factor in force, with these recovery codes. */
  confirmWith?: readonly string[];
}

/**
 * Tries a code: what is right marks the session, what is wrong counts, and a code is good once. One try of a person at a
 * time, so that many at once are not more than the limit. Locks: the factor.
 */
export async function tryFactor({ sql }: LiveDb, input: TryFactorInput): Promise<TriedFactor> {
  const { userId, sessionId, traceId, recoveryHash, confirmWith } = input;
  const isConfirming = confirmWith !== undefined;
  return await inTransaction(sql, async (tx) => {
    const [factor] = await tx<
      { secretCipher: string; lastStep: number; isConfirmed: boolean; isLocked: boolean }[]
    >`
      SELECT secret_cipher AS "secretCipher", last_step::float8 AS "lastStep", confirmed_at IS NOT NULL AS "isConfirmed",
        coalesce(locked_until > now(), false) AS "isLocked"
      FROM second_factors WHERE user_id = ${userId} FOR UPDATE`;
    if (!factor || factor.isConfirmed === isConfirming) return "absent";
    if (factor.isLocked) return "locked";
    const audit = (action: string, after: object) =>
      insertOperatorAction(tx, { actorId: userId, action, subject: `user:${userId}`, after, traceId });

    let step: number | undefined = await input.findStep(factor.secretCipher);
    if (step !== undefined && step <= factor.lastStep) step = undefined;
    let isRight = step !== undefined;
    if (!isRight && recoveryHash !== undefined && !isConfirming) {
      const used = await tx`
        UPDATE recovery_codes SET used_at = now()
        WHERE user_id = ${userId} AND code_hash = ${recoveryHash} AND used_at IS NULL RETURNING 1`;
      isRight = used.length > 0;
      if (isRight) await audit("second-factor.recover", {});
    }
    if (!isRight) {
      await tx`
        UPDATE second_factors SET wrong_tries = (wrong_tries + 1) % ${WRONG_TRIES_MAX}::int,
          locked_until = CASE WHEN wrong_tries + 1 >= ${WRONG_TRIES_MAX}::int
            THEN now() + ${LOCKED_MINUTES}::int * interval '1 minute' END
        WHERE user_id = ${userId}`;
      return "wrong";
    }
    await tx`
      UPDATE second_factors SET wrong_tries = 0, locked_until = NULL, confirmed_at = coalesce(confirmed_at, now()),
        last_step = greatest(last_step, ${step ?? 0}::bigint)
      WHERE user_id = ${userId}`;
    await tx`UPDATE auth_sessions SET second_factor_at = now() WHERE id = ${sessionId} AND user_id = ${userId}`;
    if (isConfirming) {
      await tx`DELETE FROM recovery_codes WHERE user_id = ${userId}`;
      await tx`
        INSERT INTO recovery_codes (user_id, code_hash)
        SELECT ${userId}::uuid, hash FROM unnest(${arrayLiteral(confirmWith)}::text[]) hash`;
      await audit("second-factor.enrol", {});
    }
    return "right";
  });
}

/**
 * Takes a person's second factor away, with their recovery codes and all their sessions: whoever signs in next sets up a
 * new one. False when there is none.
 */
export async function deleteFactor({ sql }: LiveDb, userId: string, by: ActionBy): Promise<boolean> {
  return await inTransaction(sql, async (tx) => {
    const deleted = await tx`DELETE FROM second_factors WHERE user_id = ${userId} RETURNING 1`;
    if (deleted.length === 0) return false;
    await tx`DELETE FROM recovery_codes WHERE user_id = ${userId}`;
    await tx`DELETE FROM auth_sessions WHERE user_id = ${userId}`;
    await insertOperatorAction(tx, { ...by, action: "second-factor.reset", subject: `user:${userId}` });
    return true;
  });
}
