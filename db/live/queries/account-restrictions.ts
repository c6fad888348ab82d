import type { LiveDb, Sql } from "@/db/client";
import { type Approval, insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { AccountRestrictionKind, AccountRestrictionSource } from "@/domain/contracts/people";

export interface AccountRestrictionRow {
  id: string;
  userId: string;
  kind: AccountRestrictionKind;
  source: AccountRestrictionSource;
  reason: string;
  until: Date | null;
  createdBy: string;
  createdByName: string | null;
  traceId: string;
  createdAt: Date;
  liftedAt: Date | null;
  liftedBy: string | null;
  liftedByName: string | null;
  liftReason: string | null;
  newRole: "viewer" | "operator" | null;
  heldAt: Date | null;
  appliedAt: Date | null;
  roomId: string | null;
  closedSessionId: string | null;
  announcedAt: Date | null;
  endedAt: Date | null;
  stands: boolean;
}

const selectRows = (sql: Sql) => sql`
  SELECT a.id, a.user_id AS "userId", a.kind, a.source, a.reason, a.until, a.created_by AS "createdBy",
    c.name AS "createdByName", a.trace_id AS "traceId", a.created_at AS "createdAt", a.lifted_at AS "liftedAt",
    a.lifted_by AS "liftedBy", l.name AS "liftedByName", a.lift_reason AS "liftReason", a.new_role AS "newRole",
    a.held_at AS "heldAt", a.applied_at AS "appliedAt", a.room_id AS "roomId",
    a.closed_session_id AS "closedSessionId", a.announced_at AS "announcedAt", a.ended_at AS "endedAt",
    a.lifted_at IS NULL AND (a.until IS NULL OR a.until > now()) AS stands
  FROM account_restrictions a LEFT JOIN users c ON c.id = a.created_by LEFT JOIN users l ON l.id = a.lifted_by`;

/** Newest first, those of long ago too. */
export async function listAccountRestrictions(
  db: LiveDb,
  userId: string,
  limit: number,
): Promise<AccountRestrictionRow[]> {
  return await db.sql<AccountRestrictionRow[]>`
    ${selectRows(db.sql)} WHERE a.user_id = ${userId} ORDER BY a.created_at DESC, a.id DESC LIMIT ${limit}`;
}

export async function findAccountRestriction(
  db: LiveDb,
  id: string,
): Promise<AccountRestrictionRow | undefined> {
  const [row] = await db.sql<AccountRestrictionRow[]>`${selectRows(db.sql)} WHERE a.id = ${id}`;
  return row;
}

/** Those that keep rooms of these anchors closed, of each anchor the longest. */
export async function listRoomStops(
  db: Pick<LiveDb, "sql">,
  anchorIds: readonly string[],
): Promise<{ userId: string; reason: string; until: Date | null; createdAt: Date }[]> {
  return await db.sql<{ userId: string; reason: string; until: Date | null; createdAt: Date }[]>`
    SELECT DISTINCT ON (user_id) user_id AS "userId", reason, until, created_at AS "createdAt"
    FROM account_restrictions
    WHERE user_id::text = ANY(${anchorIds}::text[]) AND kind IN ('signIn', 'spending', 'room') AND ended_at IS NULL
      AND lifted_at IS NULL AND (until IS NULL OR until > now())
    ORDER BY user_id, until DESC NULLS FIRST, created_at`;
}

/** What has not been carried out to its end, the oldest first; `settledMs`: begun that long ago, so that nobody is at it. */
export async function listUnfinishedRestrictions(
  db: LiveDb,
  input: { settledMs: number; limit: number },
): Promise<AccountRestrictionRow[]> {
  const before = `${input.settledMs} milliseconds`;
  return await db.sql<AccountRestrictionRow[]>`
    ${selectRows(db.sql)}
    WHERE a.ended_at IS NULL AND (
      (a.lifted_at IS NOT NULL AND a.lifted_at < now() - ${before}::interval) OR a.until <= now()
      OR ((a.held_at IS NULL OR a.applied_at IS NULL OR a.announced_at IS NULL)
        AND a.lifted_at IS NULL AND a.created_at < now() - ${before}::interval))
    ORDER BY a.created_at LIMIT ${input.limit}`;
}

/** Those whose payout hold is not known to be placed; none may be paid meanwhile. */
export async function listUnheldRestrictions(db: LiveDb, limit: number): Promise<AccountRestrictionRow[]> {
  return await db.sql<AccountRestrictionRow[]>`
    ${selectRows(db.sql)}
    WHERE a.ended_at IS NULL AND a.held_at IS NULL AND a.lifted_at IS NULL ORDER BY a.created_at LIMIT ${limit}`;
}

/**
 * The person's row is what all decisions about one person wait for, and what a room that opens or a rain that is made
 * looks at. Undefined for nobody.
 */
export async function lockPerson(
  tx: Sql,
  userId: string,
): Promise<{ role: string; isGuest: boolean } | undefined> {
  const [row] = await tx<{ role: string; isGuest: boolean }[]>`
    SELECT role, is_anonymous IS TRUE AS "isGuest" FROM users WHERE id = ${userId} FOR NO KEY UPDATE`;
  return row;
}

const OPERATORS_LOCK = 0x0f_e7_a7_05;

/** Whether somebody else is an operator who may sign in. Whoever asks does so one after the other, until the commit. */
export async function hasOtherOperator(tx: Sql, userId: string): Promise<boolean> {
  await tx`SELECT pg_advisory_xact_lock(${OPERATORS_LOCK})`;
  const rows = await tx`
    SELECT 1 FROM users u WHERE u.role = 'operator' AND u.id <> ${userId}
      AND NOT (u.banned IS TRUE AND (u.ban_expires IS NULL OR u.ban_expires > now()))
      AND NOT EXISTS (
        SELECT 1 FROM account_restrictions a WHERE a.user_id = u.id AND a.kind = 'signIn' AND a.ended_at IS NULL
          AND a.lifted_at IS NULL AND (a.until IS NULL OR a.until > now()))
    LIMIT 1`;
  return rows.length > 0;
}

export interface NewAccountRestriction {
  id: string;
  userId: string;
  kind: AccountRestrictionKind;
  source: AccountRestrictionSource;
  reason: string;
  until: Date | null;
  newRole: "viewer" | "operator" | null;
  actorId: string;
  traceId: string;
  /** How it stands in the audit log; null where the caller has written it down. */
  audit: { action: string; subject: string; before?: object; after: object; approval?: Approval } | null;
}

export type Decided =
  | { outcome: "decided" | "stands"; id: string }
  /** Nobody has this id, and no wallet either. */
  | { outcome: "unknown" }
  | { outcome: "last-operator" }
  /** The id is another restriction's. */
  | { outcome: "conflict" };

/**
 * Writes down that somebody is restricted, and who decided it. Nothing is in force yet: `applyRestrictions` does that, and
 * a job where its caller dies before. The same again, while it stands, changes nothing.
 *
 * Lock order: the person, then the operators.
 */
export async function decideRestriction(db: LiveDb, input: NewAccountRestriction): Promise<Decided> {
  return await inTransaction(db.sql, (tx) => decideRestrictionIn(tx, input));
}

/** The same inside a transaction of the caller's. */
export async function decideRestrictionIn(tx: Sql, input: NewAccountRestriction): Promise<Decided> {
  const { id, userId, kind, source, reason, until, actorId, traceId, audit } = input;
  const person = await lockPerson(tx, userId);
  if (!person && source !== "wallet") return { outcome: "unknown" };
  if (!person) {
    const wallets = await tx`SELECT 1 FROM ledger_accounts WHERE id = ${userId} AND kind = 'wallet'`;
    if (wallets.length === 0) return { outcome: "unknown" };
  }
  const [known] = await tx<{ same: boolean }[]>`
    SELECT user_id = ${userId} AND kind = ${kind} AS same FROM account_restrictions WHERE id = ${id}`;
  if (known) return known.same ? { outcome: "stands", id } : { outcome: "conflict" };
  const untilAt = until?.toISOString() ?? null;
  // Of an account's own it is one and the same; a room or a wallet is stopped already when that lasts at least as long.
  const [standing] = await tx<{ id: string }[]>`
    SELECT id FROM account_restrictions
    WHERE user_id = ${userId} AND kind = ${kind} AND source = ${source} AND new_role IS NULL AND ended_at IS NULL
      AND lifted_at IS NULL AND (until IS NULL OR until > now())
      AND CASE WHEN ${source === "account"} THEN reason = ${reason} AND until IS NOT DISTINCT FROM ${untilAt}::timestamptz
        ELSE until IS NULL OR until >= ${untilAt}::timestamptz END
    LIMIT 1`;
  if (standing && input.newRole === null) return { outcome: "stands", id: standing.id };
  if (person?.role === "operator" && kind === "signIn" && !(await hasOtherOperator(tx, userId)))
    return { outcome: "last-operator" };
  await tx`
    INSERT INTO account_restrictions (id, user_id, kind, source, reason, until, new_role, created_by, trace_id)
    VALUES (${id}, ${userId}, ${kind}, ${source}, ${reason}, ${untilAt}, ${input.newRole},
      ${actorId}, ${traceId})`;
  if (audit) await insertOperatorAction(tx, { actorId, ...audit, reason, traceId });
  return { outcome: "decided", id };
}

export interface LiftedRestriction {
  id: string;
  kind: AccountRestrictionKind;
}

/**
 * Lifts what stands of a person: one restriction by its id, or all of a kind. What it had stopped goes on when
 * `applyRestrictions` has looked again. Returns what was lifted by this call.
 *
 * Locks: the person.
 */
export async function liftAccountRestrictions(
  db: LiveDb,
  input: {
    userId: string;
    which: { id?: string; kind?: AccountRestrictionKind };
    actorId: string;
    reason: string;
    traceId: string;
    audit: { action: string; subject: string };
  },
): Promise<LiftedRestriction[]> {
  const { userId, which, actorId, reason, traceId, audit } = input;
  return await inTransaction(db.sql, async (tx) => {
    await lockPerson(tx, userId);
    const lifted = await tx<(LiftedRestriction & { until: Date | null; was: string })[]>`
      UPDATE account_restrictions SET lifted_at = now(), lifted_by = ${actorId}, lift_reason = ${reason}
      WHERE user_id = ${userId} AND ended_at IS NULL AND lifted_at IS NULL AND (until IS NULL OR until > now())
        AND (${which.id ?? null}::uuid IS NULL OR id = ${which.id ?? null})
        AND (${which.kind ?? null}::text IS NULL OR kind = ${which.kind ?? null})
      RETURNING id, kind, until, reason AS was`;
    for (const { id, kind, until, was } of lifted) {
      await insertOperatorAction(tx, {
        actorId,
        ...audit,
        before: { restrictionId: id, kind, until, reason: was },
        reason,
        traceId,
      });
    }
    return lifted.map(({ id, kind }) => ({ id, kind }));
  });
}

export async function markHeld(db: LiveDb, id: string): Promise<void> {
  await db.sql`UPDATE account_restrictions SET held_at = now() WHERE id = ${id} AND held_at IS NULL`;
}

export async function markAnnounced(db: LiveDb, id: string): Promise<void> {
  await db.sql`UPDATE account_restrictions SET announced_at = now() WHERE id = ${id} AND announced_at IS NULL`;
}

/** Its end has been carried out: looked at again, hold lifted, everybody told. */
export async function markEnded(db: LiveDb, id: string): Promise<void> {
  await db.sql`
    UPDATE account_restrictions SET ended_at = now()
    WHERE id = ${id} AND ended_at IS NULL AND (lifted_at IS NOT NULL OR until <= now())`;
}
