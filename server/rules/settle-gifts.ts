import { splitGift } from "./money";
import { type ShareTable, shareInForce } from "./share";

/** What settlement needs to know of a paid gift. */
export interface GiftToSettle {
  bucket: number;
  seq: number;
  anchorId: string;
  totalCoins: number;
  sentAtMs: number;
}

/** The gifts of one anchor at one share from `bucket/fromSeq..toSeq`; other anchors' gifts lie in that range too. */
export interface LineToSettle {
  bucket: number;
  fromSeq: number;
  toSeq: number;
  anchorId: string;
  shareBps: number;
  gifts: number;
  coins: number;
  grossFen: number;
  anchorFen: number;
  platformFen: number;
}

export interface SettledBuckets {
  lines: LineToSettle[];
  /** How far each bucket is settled by these lines. */
  lastSeq: Map<number, number>;
  /** Buckets in which a number is missing: everything before the gap is settled, nothing after it. */
  gaps: { bucket: number; expectedSeq: number; foundSeq: number }[];
}

/**
 * Sums gifts (of each bucket in order of `seq`) into lines by the share in force when each was sent. Pure.
 *
 * @param cursors last settled number of each bucket that has gifts here.
 */
export function settleGifts(
  gifts: readonly GiftToSettle[],
  cursors: ReadonlyMap<number, number>,
  shares: ShareTable,
  defaultBps: number,
): SettledBuckets {
  const lines = new Map<string, LineToSettle>();
  const lastSeq = new Map<number, number>();
  const gaps = new Map<number, SettledBuckets["gaps"][number]>();
  for (const gift of gifts) {
    if (gaps.has(gift.bucket)) continue;
    const expectedSeq = (lastSeq.get(gift.bucket) ?? cursors.get(gift.bucket) ?? 0) + 1;
    if (gift.seq !== expectedSeq) {
      gaps.set(gift.bucket, { bucket: gift.bucket, expectedSeq, foundSeq: gift.seq });
      continue;
    }
    lastSeq.set(gift.bucket, gift.seq);
    const shareBps = shareInForce(shares, gift.anchorId, gift.sentAtMs, defaultBps);
    const key = `${gift.bucket}/${gift.anchorId}/${shareBps}`;
    let line = lines.get(key);
    if (!line) {
      line = {
        bucket: gift.bucket,
        fromSeq: (cursors.get(gift.bucket) ?? 0) + 1,
        toSeq: 0,
        anchorId: gift.anchorId,
        shareBps,
        gifts: 0,
        coins: 0,
        grossFen: 0,
        anchorFen: 0,
        platformFen: 0,
      };
      lines.set(key, line);
    }
    const split = splitGift(gift.totalCoins, shareBps);
    line.gifts += 1;
    line.coins += gift.totalCoins;
    line.grossFen += split.grossFen;
    line.anchorFen += split.anchorFen;
    line.platformFen += split.platformFen;
  }
  for (const line of lines.values()) line.toSeq = lastSeq.get(line.bucket) ?? line.fromSeq;
  return { lines: [...lines.values()], lastSeq, gaps: [...gaps.values()] };
}
