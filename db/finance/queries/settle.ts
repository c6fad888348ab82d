import type { FinanceDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { FEN_PER_COIN } from "@/server/rules/money";
import type { BucketLines, LineColumns, SeqRange } from "@/server/rules/settle-gifts";
import { addToRun, type SettlementRun } from "./settlement-runs";
import { SHARES_LOCK } from "./shares";

export async function readCursors(db: FinanceDb): Promise<Map<number, number>> {
  const rows = await db.sql<
    { bucket: number; last_seq: string }[]
  >`SELECT bucket, last_seq FROM settlement_cursors ORDER BY bucket`;
  return new Map(rows.map((row) => [row.bucket, Number(row.last_seq)]));
}

export interface AnchorEarned {
  anchorId: string;
  earnedFen: number;
  gifts: number;
}

export interface Settlement {
  /** The ranges that were settled: all but those of buckets that somebody else has moved on. */
  settled: Map<number, SeqRange>;
  lines: BucketLines[];
  earned: AnchorEarned[];
  /** Of the run that this batch belongs to, when anything was settled. */
  runId: number | null;
}

/**
 * Writes down lines that were computed beforehand, in one transaction: lines, earnings, cursors and the run move
 * together or not at all. Buckets whose cursor is no longer before their range are left out; somebody else settled them.
 *
 * Returns null, and changes nothing, when a share was added since `sharesVersion`: the lines have to be computed anew.
 * Lock order: the share lock, cursors by bucket, earnings by anchor, the run.
 */
export async function settle(
  db: FinanceDb,
  input: {
    lines: readonly BucketLines[];
    ranges: ReadonlyMap<number, SeqRange>;
    sharesVersion: number;
    run: SettlementRun;
  },
): Promise<Settlement | null> {
  return await db.sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql;
    await tx`SELECT pg_advisory_xact_lock_shared(${SHARES_LOCK})`;
    const [cursorRows, [shares]] = await Promise.all([
      tx<{ bucket: number; last_seq: string }[]>`
        SELECT bucket, last_seq FROM settlement_cursors
        WHERE bucket = ANY(${arrayLiteral([...input.ranges.keys()])}::smallint[]) ORDER BY bucket FOR UPDATE`,
      tx<{ version: string }[]>`SELECT coalesce(max(id), 0) AS version FROM revenue_shares`,
    ]);
    if (Number(shares?.version) !== input.sharesVersion) return null;
    const settled = new Map<number, SeqRange>();
    for (const row of cursorRows) {
      const range = input.ranges.get(row.bucket);
      if (range && range.fromSeq === Number(row.last_seq) + 1) settled.set(row.bucket, range);
    }
    const lines = input.lines.filter((line) => settled.has(line.bucket));
    if (lines.length === 0) return { settled, lines, earned: [], runId: null };
    const [earned, , runId] = await Promise.all([
      insertLines(tx, lines),
      moveCursors(tx, settled),
      addToRun(tx, input.run, {
        gifts: sumOf(lines, "gifts"),
        lines: sumOf(lines, "lines"),
        grossFen: sumOf(lines, "grossFen"),
        anchorFen: sumOf(lines, "anchorFen"),
      }),
    ]);
    return { settled, lines, earned, runId };
  });
}

function sumOf(lines: readonly BucketLines[], field: "lines" | "gifts" | "grossFen" | "anchorFen"): number {
  return lines.reduce((sum, line) => sum + line[field], 0);
}

/** Lines, and what they add to the earnings of their anchors, in one statement, so that the lines travel once. */
async function insertLines(tx: Sql, lines: readonly BucketLines[]): Promise<AnchorEarned[]> {
  const rows = await tx<{ anchor_id: string; earned_fen: string; gifts: string }[]>`
    WITH inserted AS (
      INSERT INTO settlement_lines (bucket, from_seq, to_seq, anchor_id, share_bps, gifts, coins, gross_fen, anchor_fen,
        platform_fen)
      SELECT b.bucket, b.from_seq, b.to_seq, l.anchor_id, l.share_bps, l.gifts, l.coins, l.coins * ${FEN_PER_COIN}::int,
        l.anchor_fen, l.coins * ${FEN_PER_COIN}::int - l.anchor_fen
      FROM unnest(
        ${arrayLiteral(lines.map((b) => b.bucket))}::smallint[], ${arrayLiteral(lines.map((b) => b.fromSeq))}::bigint[],
        ${arrayLiteral(lines.map((b) => b.toSeq))}::bigint[], ${columnOf(lines, "anchorIds")}::text[],
        ${columnOf(lines, "shareBps")}::text[], ${columnOf(lines, "gifts")}::text[], ${columnOf(lines, "coins")}::text[],
        ${columnOf(lines, "anchorFen")}::text[]
      ) AS b (bucket, from_seq, to_seq, anchor_ids, share_bps, gifts, coins, anchor_fen)
      CROSS JOIN LATERAL unnest(b.anchor_ids::uuid[], b.share_bps::int[], b.gifts::int[], b.coins::bigint[],
        b.anchor_fen::bigint[]) AS l (anchor_id, share_bps, gifts, coins, anchor_fen)
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

/** An array with one array a bucket, each as text. */
function columnOf(lines: readonly BucketLines[], name: keyof LineColumns): string {
  return arrayLiteral(lines.map((bucket) => bucket.columns[name]));
}

function moveCursors(tx: Sql, settled: ReadonlyMap<number, SeqRange>) {
  return tx`
    UPDATE settlement_cursors c SET last_seq = s.seq, updated_at = now()
    FROM unnest(${arrayLiteral([...settled.keys()])}::smallint[],
      ${arrayLiteral([...settled.values()].map((range) => range.toSeq))}::bigint[]) AS s (bucket, seq)
    WHERE c.bucket = s.bucket`;
}
