import { splitGift } from "./money";
import { type ShareTable, shareInForce } from "./share";

/** What settlement needs to know of a paid gift. */
export interface GiftToSettle {
  anchorId: string;
  totalCoins: number;
  sentAtMs: number;
}

/** Numbers of one bucket, both ends included. */
export interface SeqRange {
  fromSeq: number;
  toSeq: number;
}

/** What a batch covers of one bucket. */
export interface BatchRange extends SeqRange {
  batchId: number;
  bucket: number;
}

/** The gifts of one anchor at one share among those of a batch. */
export interface LineToSettle {
  anchorId: string;
  shareBps: number;
  gifts: number;
  coins: number;
  grossFen: number;
  anchorFen: number;
  platformFen: number;
}

/**
 * All lines of a batch: what they come to, and the lines themselves, each column as PostgreSQL writes an array. There can
 * be thousands; so they go from one database to the other without being looked at.
 */
export interface BatchLines {
  lines: number;
  gifts: number;
  grossFen: number;
  anchorFen: number;
  columns: LineColumns;
  /** By bucket, what names the gift with the last number of its range. */
  lastGifts: ReadonlyMap<number, string>;
}

export type LineColumns = Record<"anchorIds" | "shareBps" | "gifts" | "coins" | "anchorFen", string>;

/**
 * Sums the gifts of a batch into lines by the share in force when each was sent. Pure. Settlement itself sums in the
 * database (`sumGifts`); this is what its lines are checked against.
 */
export function settleGifts(
  gifts: readonly GiftToSettle[],
  shares: ShareTable,
  defaultBps: number,
): LineToSettle[] {
  const lines = new Map<string, LineToSettle>();
  for (const { anchorId, totalCoins, sentAtMs } of gifts) {
    const shareBps = shareInForce(shares, anchorId, sentAtMs, defaultBps);
    const key = `${anchorId}/${shareBps}`;
    let line = lines.get(key);
    if (!line) {
      line = { anchorId, shareBps, gifts: 0, coins: 0, grossFen: 0, anchorFen: 0, platformFen: 0 };
      lines.set(key, line);
    }
    const split = splitGift(totalCoins, shareBps);
    line.gifts += 1;
    line.coins += totalCoins;
    line.grossFen += split.grossFen;
    line.anchorFen += split.anchorFen;
    line.platformFen += split.platformFen;
  }
  return [...lines.values()];
}

/** What belongs to each batch, in the order of its first. */
export function groupByBatch<T extends { batchId: number }>(items: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(item.batchId);
    if (group) group.push(item);
    else groups.set(item.batchId, [item]);
  }
  return groups;
}
