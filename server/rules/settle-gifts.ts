import { splitGift } from "./money";
import { type ShareTable, shareInForce } from "./share";

/** Paid gifts of one bucket that are split alike: of one anchor, at one price, with no share change between them. */
export interface GiftsToSettle {
  bucket: number;
  anchorId: string;
  /** Of each of them. */
  totalCoins: number;
  /** How many there are. */
  gifts: number;
  /** Of any of them. */
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

/** Sums gifts into lines by the share in force when each was sent. Pure; `ranges` has each bucket that has gifts here. */
export function settleGifts(
  gifts: readonly GiftsToSettle[],
  ranges: ReadonlyMap<number, SeqRange>,
  shares: ShareTable,
  defaultBps: number,
): LineToSettle[] {
  const lines = new Map<string, LineToSettle>();
  for (const group of gifts) {
    const { bucket, anchorId } = group;
    const shareBps = shareInForce(shares, anchorId, group.sentAtMs, defaultBps);
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
    const split = splitGift(group.totalCoins, shareBps);
    line.gifts += group.gifts;
    line.coins += group.totalCoins * group.gifts;
    line.grossFen += split.grossFen * group.gifts;
    line.anchorFen += split.anchorFen * group.gifts;
    line.platformFen += split.platformFen * group.gifts;
  }
  return [...lines.values()];
}
