import { splitGift } from "./money";
import { type ShareTable, shareInForce } from "./share";

/** What settlement needs to know of a paid gift. */
export interface GiftToSettle {
  bucket: number;
  anchorId: string;
  totalCoins: number;
  sentAtMs: number;
}

/** Numbers of one bucket, both ends included. */
export interface SeqRange {
  fromSeq: number;
  toSeq: number;
}

/** The gifts of one anchor at one share from `bucket/fromSeq..toSeq`; other anchors' gifts lie in that range too. */
export interface LineToSettle extends SeqRange {
  bucket: number;
  anchorId: string;
  shareBps: number;
  gifts: number;
  coins: number;
  grossFen: number;
  anchorFen: number;
  platformFen: number;
}

/**
 * All lines of one bucket's range: what they come to, and the lines themselves, each column as PostgreSQL writes an array.
 * There can be thousands; so they go from one database to the other without being looked at.
 */
export interface BucketLines extends SeqRange {
  bucket: number;
  lines: number;
  gifts: number;
  grossFen: number;
  anchorFen: number;
  columns: LineColumns;
}

export type LineColumns = Record<"anchorIds" | "shareBps" | "gifts" | "coins" | "anchorFen", string>;

/**
 * Sums gifts into lines by the share in force when each was sent. Pure; `ranges` has each bucket that has gifts here.
 * Settlement itself sums in the database (`sumGifts`); this is what its lines are checked against.
 */
export function settleGifts(
  gifts: readonly GiftToSettle[],
  ranges: ReadonlyMap<number, SeqRange>,
  shares: ShareTable,
  defaultBps: number,
): LineToSettle[] {
  const lines = new Map<string, LineToSettle>();
  for (const gift of gifts) {
    const { bucket, anchorId } = gift;
    const shareBps = shareInForce(shares, anchorId, gift.sentAtMs, defaultBps);
    const key = `${bucket}/${anchorId}/${shareBps}`;
    let line = lines.get(key);
    if (!line) {
      const range = ranges.get(bucket);
      if (!range) throw new Error(`Gifts of bucket ${bucket} have no range.`);
      const { fromSeq, toSeq } = range;
      const empty = { gifts: 0, coins: 0, grossFen: 0, anchorFen: 0, platformFen: 0 };
      line = { bucket, fromSeq, toSeq, anchorId, shareBps, ...empty };
      lines.set(key, line);
    }
    const split = splitGift(gift.totalCoins, shareBps);
    line.gifts += 1;
    line.coins += gift.totalCoins;
    line.grossFen += split.grossFen;
    line.anchorFen += split.anchorFen;
    line.platformFen += split.platformFen;
  }
  return [...lines.values()];
}
