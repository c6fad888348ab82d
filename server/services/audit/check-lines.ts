import { DIFFERENCES_MAX } from "@/db/audit-rows";
import { auditLines, listLinesAfter, readShareRows, type StoredLine } from "@/db/finance/queries/audit-lines";
import { listGiftsInRange, type SettledGift } from "@/db/live/queries/gifts-to-settle";
import type { Difference } from "@/server/contracts/reconciliation";
import { ALL_BUCKETS } from "@/server/rules/bucket";
import { SHARE_BPS_DEFAULT } from "@/server/rules/money";
import { type LineToSettle, settleGifts } from "@/server/rules/settle-gifts";
import { buildShareTable, type ShareTable } from "@/server/rules/share";
import type { AuditResources, Outcome } from "./check";

/** Lines over about as many gifts are recomputed at once, and one settlement batch more (`SETTLEMENT_BATCH`). */
const GIFTS_AT_ONCE = 10_000;

/** Every line against the gifts it was made of, by the rule that made it. */
export async function checkLines(resources: AuditResources): Promise<Outcome> {
  const { lines, lastLineId, differences } = await auditLines(resources.finance);
  // Read after the lines, so that every share that made one of them is known; later ones hold from later instants on.
  const shares = buildShareTable(await readShareRows(resources.finance));
  for (const bucket of ALL_BUCKETS) {
    let afterSeq = 0;
    for (;;) {
      const stored = await listLinesAfter(resources.finance, bucket, afterSeq, GIFTS_AT_ONCE, lastLineId);
      const [first] = stored;
      const last = stored.at(-1);
      if (!first || !last) break;
      const range = { fromSeq: first.fromSeq, toSeq: last.toSeq };
      const gifts = await listGiftsInRange(resources.live, bucket, range);
      differences.push(...compareRanges(stored, gifts, shares));
      if (differences.length >= DIFFERENCES_MAX) return { compared: lines, differences };
      afterSeq = last.fromSeq;
    }
  }
  return { compared: lines, differences };
}

function compareRanges(
  stored: readonly StoredLine[],
  gifts: readonly SettledGift[],
  shares: ShareTable,
): Difference[] {
  const differences: Difference[] = [];
  const byRange = new Map<number, StoredLine[]>();
  for (const line of stored) byRange.set(line.fromSeq, [...(byRange.get(line.fromSeq) ?? []), line]);
  let next = 0;
  for (const [fromSeq, lines] of byRange) {
    const toSeq = lines[0]?.toSeq ?? fromSeq;
    const inRange: SettledGift[] = [];
    while ((gifts[next]?.seq ?? Infinity) < fromSeq) next += 1;
    for (let i = next; (gifts[i]?.seq ?? Infinity) <= toSeq; i++) inRange.push(gifts[i] as SettledGift);
    const ranges = new Map([[lines[0]?.bucket ?? 0, { fromSeq, toSeq }]]);
    differences.push(...compareLines(lines, settleGifts(inRange, ranges, shares, SHARE_BPS_DEFAULT)));
  }
  return differences;
}

function compareLines(stored: readonly StoredLine[], recomputed: readonly LineToSettle[]): Difference[] {
  const keyOf = (line: LineToSettle) => `${line.anchorId}/${line.shareBps}`;
  const expected = new Map(recomputed.map((line) => [keyOf(line), line]));
  const differences: Difference[] = [];
  for (const { lineId, ...line } of stored) {
    const other = expected.get(keyOf(line));
    expected.delete(keyOf(line));
    if (other && isSame(line, other)) continue;
    differences.push(describe(`line:${lineId}`, line, other));
  }
  for (const line of expected.values()) differences.push(describe(`bucket:${line.bucket}`, undefined, line));
  return differences;
}

function isSame(line: LineToSettle, other: LineToSettle): boolean {
  const keys = Object.keys(line) as (keyof LineToSettle)[];
  return keys.every((key) => line[key] === other[key]);
}

function describe(
  subject: string,
  stored: LineToSettle | undefined,
  recomputed: LineToSettle | undefined,
): Difference {
  const { bucket, fromSeq, toSeq, anchorId, shareBps } = (stored ?? recomputed) as LineToSettle;
  return {
    subject,
    expected: recomputed ? String(recomputed.anchorFen) : null,
    actual: stored ? String(stored.anchorFen) : null,
    facts: {
      bucket,
      fromSeq,
      toSeq,
      anchorId,
      shareBps,
      storedGifts: stored?.gifts ?? null,
      recomputedGifts: recomputed?.gifts ?? null,
    },
  };
}
