import type { LiveDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import { PK_MS, type PkEndReason, type PkOutcome, type PkState } from "@/domain/rules/pk-states";
import { lastSeqsArray } from "../ledger/gift-feed";
import { freeSides, listPks, type PkBattleRow, type PkRow } from "./pk-battles";

/** Whoever works on a battle has it this long; of a process that dies another takes it over then. */
const WORK_MS = 5_000;
const TAKEN_AT_ONCE = 200;

/** Battles in which this holder has something to do now; who runs one keeps it, and with it what was folded. */
export async function takePkWork(db: LiveDb, holder: string): Promise<(PkRow & { nowMs: number })[]> {
  await db.sql`
    UPDATE pk_battles SET work_holder = ${holder}, work_until = now() + ${WORK_MS} * interval '1 millisecond'
    WHERE pk_id IN (
      SELECT pk_id FROM pk_battles
      WHERE (status <> 'closed' OR announced_seq < seq)
        AND (work_until IS NULL OR work_until < now()
          OR (work_holder = ${holder} AND work_until < now() + ${WORK_MS / 2} * interval '1 millisecond'))
      ORDER BY created_at LIMIT ${TAKEN_AT_ONCE} FOR UPDATE SKIP LOCKED)`;
  const mine = await db.sql<{ pk_id: string; now_ms: string }[]>`
    SELECT pk_id, extract(epoch FROM now()) * 1000 AS now_ms FROM pk_battles
    WHERE (status <> 'closed' OR announced_seq < seq) AND work_holder = ${holder} AND work_until > now()
      AND (status IN ('accepted', 'countdown', 'running', 'final') OR due_at <= now() OR announced_seq < seq)`;
  const nowMs = new Map(mine.map((row) => [row.pk_id, Number(row.now_ms)]));
  const rows = await listPks(db, [...nowMs.keys()]);
  return rows.map((row) => ({ ...row, nowMs: nowMs.get(row.battle.pkId) ?? 0 }));
}

/** Everybody was told of the battle as it stood under this number. */
export async function recordPkAnnounced(db: LiveDb, pkId: string, seq: number): Promise<void> {
  await db.sql`UPDATE pk_battles SET announced_seq = ${seq} WHERE pk_id = ${pkId} AND announced_seq < ${seq}`;
}

/**
 * The countdown of a battle that was accepted. What counts is what will be accepted after it; whatever was posted up to now was
 * accepted before.
 */
export async function beginPkCountdown(db: LiveDb, { pkId, seq }: PkBattleRow): Promise<boolean> {
  return await inTransaction(db.sql, async (tx) => {
    const rows = await tx`
      UPDATE pk_battles SET status = 'countdown', seq = seq + 1, from_seqs = ${lastSeqsArray(tx)},
        due_at = now() + ${PK_MS.countdown} * interval '1 millisecond',
        window_from = now() + ${PK_MS.countdown} * interval '1 millisecond',
        window_to = now() + (${PK_MS.countdown + PK_MS.final} + duration_seconds * 1000) * interval '1 millisecond'
      WHERE pk_id = ${pkId} AND status = 'accepted' AND seq = ${seq} RETURNING 1`;
    if (rows.length === 0) return false;
    await tx`
      UPDATE pk_sides s SET session_id = r.current_session_id FROM rooms r
      WHERE s.pk_id = ${pkId} AND r.id = s.room_id AND s.state = 'accepted'`;
    return true;
  });
}

/** A step by the clock; false when somebody else took it. The next one is due by plan, however late this one is. */
export async function stepPk(
  db: LiveDb,
  { pkId, seq, status }: PkBattleRow,
  next: { state: PkState; lastsMs: number | null; endReason?: PkEndReason },
): Promise<boolean> {
  return await inTransaction(db.sql, async (tx) => {
    const rows = await tx`
      UPDATE pk_battles SET status = ${next.state}, seq = seq + 1,
        due_at = due_at + ${next.lastsMs}::bigint * interval '1 millisecond',
        end_reason = ${next.state === "closed" ? (next.endReason ?? "finished") : null},
        closed_at = CASE WHEN ${next.state === "closed"} THEN now() END
      WHERE pk_id = ${pkId} AND status = ${status} AND seq = ${seq} AND due_at <= now() RETURNING 1`;
    if (rows.length > 0 && next.state === "closed") await freeSides(tx, pkId);
    return rows.length > 0;
  });
}

/** Ends a battle without a result, whatever it does; false when it was over. */
export async function endPk(tx: Sql, pkId: string, from: readonly PkState[], reason: PkEndReason) {
  const rows = await tx`
    UPDATE pk_battles SET status = 'closed', seq = seq + 1, end_reason = ${reason}, closed_at = now(), due_at = NULL
    WHERE pk_id = ${pkId} AND status = ANY(${arrayLiteral(from)}::text[]) RETURNING 1`;
  if (rows.length > 0) await freeSides(tx, pkId);
  return rows.length > 0;
}

/**
 * A side is out: its anchor left, or its room is not the one that began. Where fewer than two go on the window ends now.
 * False when the battle does not run, or the side was out before.
 */
export async function takeSideOut(
  db: LiveDb,
  input: { pkId: string; anchorId: string; as: "left" | "gone" },
): Promise<boolean> {
  const { pkId, anchorId } = input;
  return await inTransaction(db.sql, async (tx) => {
    const [battle] = await tx`
      SELECT 1 FROM pk_battles WHERE pk_id = ${pkId} AND status IN ('running', 'final') FOR UPDATE`;
    if (!battle) return false;
    const out = await tx`
      UPDATE pk_sides SET state = ${input.as}, answered_at = now()
      WHERE pk_id = ${pkId} AND anchor_id = ${anchorId} AND state = 'accepted' RETURNING 1`;
    if (out.length === 0) return false;
    await tx`
      UPDATE pk_battles b SET seq = seq + 1,
        status = CASE WHEN n < 2 THEN 'frozen' ELSE status END,
        window_to = CASE WHEN n < 2 THEN least(window_to, greatest(window_from, now())) ELSE window_to END,
        due_at = CASE WHEN n < 2 THEN now() + ${PK_MS.frozen} * interval '1 millisecond' ELSE due_at END
      FROM (SELECT count(*) AS n FROM pk_sides WHERE pk_id = ${pkId} AND state = 'accepted') s
      WHERE b.pk_id = ${pkId}`;
    return true;
  });
}

/** Sides of a battle whose room is banned, closed, or live anew. */
export async function listGoneSides(db: LiveDb, pkId: string): Promise<string[]> {
  const rows = await db.sql<{ anchor_id: string }[]>`
    SELECT s.anchor_id FROM pk_sides s JOIN rooms r ON r.id = s.room_id
    WHERE s.pk_id = ${pkId} AND s.state = 'accepted' AND (r.banned OR r.current_session_id IS NULL
      OR (s.session_id IS NOT NULL AND s.session_id <> r.current_session_id))`;
  return rows.map(({ anchor_id }) => anchor_id);
}

export interface SideScore {
  roomId: string;
  points: number;
  helpers: { userId: string | null; points: number }[];
}

/** Writes scores under the battle's next number; null when it stands no more as it stood. */
export async function showPkScores(
  db: LiveDb,
  { pkId, seq }: PkBattleRow,
  scores: readonly SideScore[],
): Promise<number | null> {
  return await inTransaction(db.sql, async (tx) => {
    const rows = await tx`
      UPDATE pk_battles SET seq = seq + 1
      WHERE pk_id = ${pkId} AND seq = ${seq} AND status IN ('running', 'final', 'frozen') RETURNING 1`;
    if (rows.length === 0) return null;
    await writeScores(tx, pkId, scores);
    return seq + 1;
  });
}

async function writeScores(tx: Sql, pkId: string, scores: readonly SideScore[]): Promise<void> {
  await tx`
    UPDATE pk_sides s SET points = f.points, helpers = f.helpers::jsonb
    FROM unnest(${arrayLiteral(scores.map((s) => s.roomId))}::uuid[], ${arrayLiteral(scores.map((s) => s.points))}::bigint[],
      ${scores.map((s) => JSON.stringify(s.helpers))}::text[]) AS f (room_id, points, helpers)
    WHERE s.pk_id = ${pkId} AND s.room_id = f.room_id`;
}

export interface PkResult {
  scores: readonly SideScore[];
  toSeqs: readonly number[];
  refundSeq: number;
  outcome: PkOutcome;
  winnerId: string | null;
  isCutShort: boolean;
}

/** Writes the result, once. False when somebody else did, or the battle was ended meanwhile. */
export async function settlePk(
  db: LiveDb,
  { pkId, seq }: Pick<PkBattleRow, "pkId" | "seq">,
  result: PkResult,
): Promise<boolean> {
  return await inTransaction(db.sql, async (tx) => {
    const rows = await tx`
      UPDATE pk_battles SET status = 'settled', seq = seq + 1, settled_at = now(),
        due_at = now() + ${PK_MS.settled} * interval '1 millisecond', to_seqs = ${arrayLiteral(result.toSeqs)}::bigint[],
        refund_seq = ${result.refundSeq}, outcome = ${result.outcome}, winner_id = ${result.winnerId},
        is_cut_short = ${result.isCutShort}
      WHERE pk_id = ${pkId} AND status = 'frozen' AND seq = ${seq} AND due_at <= now() RETURNING 1`;
    if (rows.length === 0) return false;
    await writeScores(tx, pkId, result.scores);
    return true;
  });
}
