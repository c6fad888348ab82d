import type { FinanceDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { SHARE_BPS_DEFAULT } from "@/server/rules/money";
import { type GiftToSettle, type SettledBuckets, settleGifts } from "@/server/rules/settle-gifts";
import { buildShareTable } from "@/server/rules/share";
import { SHARES_LOCK } from "./shares";

export async function readCursors(db: FinanceDb): Promise<Map<number, number>> {
  const rows = await db.sql<
    { bucket: number; last_seq: string }[]
  >`SELECT bucket, last_seq FROM settlement_cursors`;
  return new Map(rows.map((row) => [row.bucket, Number(row.last_seq)]));
}

export interface AnchorEarned {
  anchorId: string;
  earnedFen: number;
  gifts: number;
}

/**
 * Settles gifts that were read from the live database after `cursors`, in one transaction: lines, earnings and cursors
 * move together or not at all. Buckets whose cursor has moved since are left out; somebody else settled them.
 *
 * Lock order: the share lock, cursors by bucket, earnings by anchor.
 */
export async function settle(
  db: FinanceDb,
  gifts: readonly GiftToSettle[],
  cursors: ReadonlyMap<number, number>,
): Promise<{ settled: SettledBuckets; earned: AnchorEarned[] }> {
  return await db.sql.begin(async (tx) => {
    const buckets = [...new Set(gifts.map((g) => g.bucket))];
    await tx`SELECT pg_advisory_xact_lock_shared(${SHARES_LOCK})`;
    const [cursorRows, shareRows] = await Promise.all([
      tx<{ bucket: number; last_seq: string }[]>`
        SELECT bucket, last_seq FROM settlement_cursors
        WHERE bucket = ANY(${arrayLiteral(buckets)}::smallint[]) ORDER BY bucket FOR UPDATE`,
      tx<{ anchor_id: string | null; share_bps: number; effective_at: Date }[]>`
        SELECT anchor_id, share_bps, effective_at FROM revenue_shares
        WHERE anchor_id IS NULL OR anchor_id = ANY(${arrayLiteral([...new Set(gifts.map((g) => g.anchorId))])}::uuid[])`,
    ]);
    const unmoved = new Set(
      cursorRows.filter((row) => Number(row.last_seq) === cursors.get(row.bucket)).map((row) => row.bucket),
    );
    const shares = buildShareTable(
      shareRows.map((row) => ({
        anchorId: row.anchor_id,
        shareBps: row.share_bps,
        effectiveAtMs: row.effective_at.getTime(),
      })),
    );
    const ours = gifts.filter((g) => unmoved.has(g.bucket));
    const settled = settleGifts(ours, cursors, shares, SHARE_BPS_DEFAULT);
    const { lines, lastSeq } = settled;
    if (lines.length === 0) return { settled, earned: [] };

    await tx`
      INSERT INTO settlement_lines (bucket, from_seq, to_seq, anchor_id, share_bps, gifts, coins, gross_fen, anchor_fen,
        platform_fen)
      SELECT * FROM unnest(
        ${arrayLiteral(lines.map((l) => l.bucket))}::smallint[], ${arrayLiteral(lines.map((l) => l.fromSeq))}::bigint[],
        ${arrayLiteral(lines.map((l) => l.toSeq))}::bigint[], ${arrayLiteral(lines.map((l) => l.anchorId))}::uuid[],
        ${arrayLiteral(lines.map((l) => l.shareBps))}::int[], ${arrayLiteral(lines.map((l) => l.gifts))}::int[],
        ${arrayLiteral(lines.map((l) => l.coins))}::bigint[], ${arrayLiteral(lines.map((l) => l.grossFen))}::bigint[],
        ${arrayLiteral(lines.map((l) => l.anchorFen))}::bigint[],
        ${arrayLiteral(lines.map((l) => l.platformFen))}::bigint[])`;
    const perAnchor = new Map<string, { fen: number; gifts: number; coins: number }>();
    for (const line of lines) {
      const sum = perAnchor.get(line.anchorId) ?? { fen: 0, gifts: 0, coins: 0 };
      perAnchor.set(line.anchorId, {
        fen: sum.fen + line.anchorFen,
        gifts: sum.gifts + line.gifts,
        coins: sum.coins + line.coins,
      });
    }
    const anchorIds = [...perAnchor.keys()].sort();
    const sums = anchorIds.map((id) => perAnchor.get(id) ?? { fen: 0, gifts: 0, coins: 0 });
    const [earned] = await Promise.all([
      tx<{ anchor_id: string; earned_fen: string; gifts: string }[]>`
        INSERT INTO anchor_earnings AS e (anchor_id, earned_fen, gifts, coins)
        SELECT * FROM unnest(
          ${arrayLiteral(anchorIds)}::uuid[], ${arrayLiteral(sums.map((s) => s.fen))}::bigint[],
          ${arrayLiteral(sums.map((s) => s.gifts))}::bigint[], ${arrayLiteral(sums.map((s) => s.coins))}::bigint[])
        ON CONFLICT (anchor_id) DO UPDATE SET earned_fen = e.earned_fen + excluded.earned_fen,
          gifts = e.gifts + excluded.gifts, coins = e.coins + excluded.coins, updated_at = now()
        RETURNING anchor_id, earned_fen, gifts`,
      tx`
        UPDATE settlement_cursors c SET last_seq = s.seq, updated_at = now()
        FROM unnest(${arrayLiteral([...lastSeq.keys()])}::smallint[], ${arrayLiteral([...lastSeq.values()])}::bigint[])
          AS s (bucket, seq)
        WHERE c.bucket = s.bucket`,
    ]);
    return {
      settled,
      earned: earned.map((row) => ({
        anchorId: row.anchor_id,
        earnedFen: Number(row.earned_fen),
        gifts: Number(row.gifts),
      })),
    };
  });
}
