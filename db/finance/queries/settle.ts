import type { FinanceDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import type { CursorPlace } from "@/domain/rules/feed-agreement";
import { FEN_PER_COIN } from "@/domain/rules/money";
import type { BatchLines, SeqRange } from "@/domain/rules/settle-gifts";
import { addToRun, type SettlementRun } from "./settlement-runs";
import { SHARES_LOCK } from "./shares";

export async function readCursors(db: FinanceDb): Promise<Map<number, number>> {
  const rows = await db.sql<
    { bucket: number; last_seq: string }[]
  >`SELECT bucket, last_seq FROM settlement_cursors ORDER BY bucket`;
  return new Map(rows.map((row) => [row.bucket, Number(row.last_seq)]));
}

/** The same with what was settled under each number; `mark` is null where it has not been noted yet. */
export async function readCursorPlaces(db: FinanceDb): Promise<Map<number, CursorPlace>> {
  const rows = await db.sql<
    { bucket: number; last_seq: string; last_gift: string | null }[]
  >`SELECT bucket, last_seq, last_gift FROM settlement_cursors ORDER BY bucket`;
  return new Map(rows.map((row) => [row.bucket, { seq: Number(row.last_seq), mark: row.last_gift }]));
}

/** Notes what stands under cursors from before it was noted, unless they have moved on. */
export async function noteFirstMarks(
  db: FinanceDb,
  marks: readonly { bucket: number; seq: number; mark: string }[],
): Promise<void> {
  await db.sql`
    UPDATE settlement_cursors c SET last_gift = m.mark
    FROM unnest(${arrayLiteral(marks.map(({ bucket }) => bucket))}::smallint[],
      ${arrayLiteral(marks.map(({ seq }) => seq))}::bigint[], ${arrayLiteral(marks.map(({ mark }) => mark))}::text[])
      AS m (bucket, seq, mark)
    WHERE c.bucket = m.bucket AND c.last_seq = m.seq AND c.last_gift IS NULL`;
}

export interface AnchorEarned {
  anchorId: string;
  earnedFen: number;
  gifts: number;
}

export interface Settlement {
  outcome: "settled";
  earned: AnchorEarned[];
  /** Of the run that this batch belongs to. */
  runId: number;
}

/**
 * Writes down a batch that was computed beforehand, in one transaction: its ranges and lines, earnings, cursors and the
 * run move together or not at all. `lines` has to come from every number of `ranges`.
 *
 * Changes nothing, and says so, when a share was added since `sharesVersion` (`shares-changed`: the lines have to be
 * computed anew) or when a range does not begin right after its bucket's cursor, or settlement went back since `rewindId`
 * (`moved-on`: somebody else settled it, or what was read is of another past).
 * Lock order: the share lock, cursors by bucket, earnings by anchor, the run.
 */
export async function settle(
  db: FinanceDb,
  input: {
    lines: BatchLines;
    ranges: ReadonlyMap<number, SeqRange>;
    sharesVersion: number;
    rewindId: number;
    run: SettlementRun;
  },
): Promise<Settlement | { outcome: "shares-changed" | "moved-on" }> {
  const { lines, ranges, run } = input;
  return await inTransaction(db.sql, async (tx) => {
    // Each statement sees what was committed before it began: the version is read under the lock.
    const [, cursors, [shares]] = await Promise.all([
      tx`SELECT pg_advisory_xact_lock_shared(${SHARES_LOCK})`,
      tx<{ bucket: number; last_seq: string }[]>`
        SELECT bucket, last_seq FROM settlement_cursors
        WHERE bucket = ANY(${arrayLiteral([...ranges.keys()])}::smallint[]) ORDER BY bucket FOR UPDATE`,
      tx<{ version: string; rewind_id: number }[]>`
        SELECT coalesce(max(id), 0) AS version, (SELECT coalesce(max(id), 0) FROM settlement_rewinds) AS rewind_id
        FROM revenue_shares`,
    ]);
    if (Number(shares?.version) !== input.sharesVersion) return { outcome: "shares-changed" as const };
    const isNext = (row: { bucket: number; last_seq: string }) =>
      ranges.get(row.bucket)?.fromSeq === Number(row.last_seq) + 1;
    const wentBack = shares?.rewind_id !== input.rewindId;
    if (wentBack || cursors.length !== ranges.size || !cursors.every(isNext))
      return { outcome: "moved-on" as const };
    const [earned, runId] = await Promise.all([
      writeBatch(tx, input.rewindId, ranges, lines),
      addToRun(tx, run, lines),
    ]);
    return { outcome: "settled" as const, earned, runId };
  });
}

/** The ranges, the lines, what they add to the earnings of their anchors, and the cursors, in one statement. */
async function writeBatch(
  tx: Sql,
  rewindId: number,
  ranges: ReadonlyMap<number, SeqRange>,
  { columns, lastGifts }: BatchLines,
): Promise<AnchorEarned[]> {
  const list = [...ranges.values()];
  const marks = [...ranges.keys()].map((bucket) => lastGifts.get(bucket) ?? null);
  const rows = await tx<{ anchor_id: string; earned_fen: string; gifts: string }[]>`
    WITH batch AS MATERIALIZED (SELECT nextval('settlement_batches') AS id),
    ranges AS (
      INSERT INTO settlement_ranges (batch_id, bucket, from_seq, to_seq, last_gift, rewind_id)
      SELECT batch.id, r.bucket, r.from_seq, r.to_seq, r.last_gift, ${rewindId} FROM batch, unnest(
        ${arrayLiteral([...ranges.keys()])}::smallint[], ${arrayLiteral(list.map((range) => range.fromSeq))}::bigint[],
        ${arrayLiteral(list.map((range) => range.toSeq))}::bigint[], ${arrayLiteral(marks)}::text[])
        AS r (bucket, from_seq, to_seq, last_gift)
      RETURNING bucket, to_seq, last_gift
    ),
    moved AS (
      UPDATE settlement_cursors c SET last_seq = r.to_seq, last_gift = r.last_gift, updated_at = now()
      FROM ranges r WHERE c.bucket = r.bucket
    ),
    inserted AS (
      INSERT INTO settlement_lines (batch_id, anchor_id, share_bps, gifts, coins, gross_fen, anchor_fen, platform_fen)
      SELECT batch.id, l.anchor_id, l.share_bps, l.gifts, l.coins, l.coins * ${FEN_PER_COIN}::int, l.anchor_fen,
        l.coins * ${FEN_PER_COIN}::int - l.anchor_fen
      FROM batch, unnest(${columns.anchorIds}::uuid[], ${columns.shareBps}::int[], ${columns.gifts}::int[],
        ${columns.coins}::bigint[], ${columns.anchorFen}::bigint[]) AS l (anchor_id, share_bps, gifts, coins, anchor_fen)
      RETURNING anchor_id, gifts, coins, anchor_fen
    )
    INSERT INTO anchor_earnings AS e (anchor_id, earned_fen, gifts, coins)
    SELECT anchor_id, sum(anchor_fen), sum(gifts), sum(coins) FROM inserted GROUP BY anchor_id ORDER BY anchor_id
    ON CONFLICT (anchor_id) DO UPDATE SET earned_fen = e.earned_fen + excluded.earned_fen,
      gifts = e.gifts + excluded.gifts, coins = e.coins + excluded.coins, updated_at = now()
    RETURNING anchor_id, earned_fen, gifts`;
  return rows.map((row) => ({
    anchorId: row.anchor_id,
    earnedFen: Number(row.earned_fen),
    gifts: Number(row.gifts),
  }));
}
