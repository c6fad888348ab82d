import { DIFFERENCES_MAX } from "@/db/audit-rows";
import {
  auditLines,
  listLinesOfBatches,
  listRangesAfter,
  readShareRows,
  type StoredLine,
} from "@/db/finance/queries/audit-lines";
import { listGiftsOfBatches } from "@/db/live/queries/gifts-to-settle";
import type { Difference } from "@/domain/contracts/reconciliation";
import { SHARE_BPS_DEFAULT } from "@/domain/rules/money";
import { type BatchRange, groupByBatch, type LineToSettle, settleGifts } from "@/domain/rules/settle-gifts";
import { buildShareTable } from "@/domain/rules/share";
import type { AuditResources, Outcome } from "./check";

/** Ranges of as many batches are read at once: 64 buckets each at most. */
const BATCHES_AT_ONCE = 200;
/** Batches of no more gifts than this are recomputed together; one that has more by itself (`BATCH_GIFTS_MAX`). */
const GIFTS_AT_ONCE = 10_000;

/** Every line against the gifts of its batch, by the rule that made it. */
export async function checkLines(resources: AuditResources): Promise<Outcome> {
  const { lines, lastBatchId, differences } = await auditLines(resources.finance);
  let afterBatchId = 0;
  for (;;) {
    const next = { afterBatchId, lastBatchId, batches: BATCHES_AT_ONCE };
    const batches = await listRangesAfter(resources.finance, next);
    if (batches.size === 0) return { compared: lines, differences };
    for (const ranges of putTogether([...batches.values()])) {
      differences.push(...(await compareBatches(resources, ranges)));
      if (differences.length >= DIFFERENCES_MAX) return { compared: lines, differences };
    }
    afterBatchId = Math.max(...batches.keys());
  }
}

/** The ranges of whole batches, as many together as are recomputed at once. */
function putTogether(batches: readonly BatchRange[][]): BatchRange[][] {
  const groups: BatchRange[][] = [];
  let gifts = Infinity;
  for (const ranges of batches) {
    const count = ranges.reduce((sum, { fromSeq, toSeq }) => sum + toSeq - fromSeq + 1, 0);
    gifts += count;
    if (gifts <= GIFTS_AT_ONCE) {
      groups.at(-1)?.push(...ranges);
      continue;
    }
    groups.push([...ranges]);
    gifts = count;
  }
  return groups;
}

async function compareBatches(
  { live, finance }: AuditResources,
  ranges: readonly BatchRange[],
): Promise<Difference[]> {
  const batchIds = [...new Set(ranges.map((range) => range.batchId))];
  const stored = groupByBatch(await listLinesOfBatches(finance, batchIds));
  // Read after the lines, so that every share that made one of them is known; later ones hold from later instants on.
  const shares = buildShareTable(await readShareRows(finance));
  const gifts = groupByBatch(await listGiftsOfBatches(live, ranges));
  return batchIds.flatMap((batchId) =>
    compareLines(
      batchId,
      stored.get(batchId) ?? [],
      settleGifts(gifts.get(batchId) ?? [], shares, SHARE_BPS_DEFAULT),
    ),
  );
}

function compareLines(
  batchId: number,
  stored: readonly StoredLine[],
  recomputed: readonly LineToSettle[],
): Difference[] {
  const keyOf = (line: LineToSettle) => `${line.anchorId}/${line.shareBps}`;
  const expected = new Map(recomputed.map((line) => [keyOf(line), line]));
  const differences: Difference[] = [];
  for (const line of stored) {
    const other = expected.get(keyOf(line));
    expected.delete(keyOf(line));
    if (other && isSame(line, other)) continue;
    differences.push(describe(`line:${line.lineId}`, batchId, line, other));
  }
  for (const line of expected.values())
    differences.push(describe(`batch:${batchId}`, batchId, undefined, line));
  return differences;
}

function isSame(line: LineToSettle, recomputed: LineToSettle): boolean {
  const keys = Object.keys(recomputed) as (keyof LineToSettle)[];
  return keys.every((key) => line[key] === recomputed[key]);
}

function describe(
  subject: string,
  batchId: number,
  stored: LineToSettle | undefined,
  recomputed: LineToSettle | undefined,
): Difference {
  const { anchorId, shareBps } = (stored ?? recomputed) as LineToSettle;
  return {
    subject,
    expected: recomputed ? String(recomputed.anchorFen) : null,
    actual: stored ? String(stored.anchorFen) : null,
    facts: {
      batchId,
      anchorId,
      shareBps,
      storedGifts: stored?.gifts ?? null,
      recomputedGifts: recomputed?.gifts ?? null,
    },
  };
}
