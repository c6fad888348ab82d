import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  FEN_PER_COIN,
  GIFT_COUNT_MAX,
  giftTotalCoins,
  PRICE_COINS_MAX,
  SHARE_BPS_MAX,
  splitGift,
} from "./money";

const totalCoins = fc.oneof(
  fc.integer({ min: 1, max: 1_000 }),
  fc.integer({ min: 1, max: PRICE_COINS_MAX * GIFT_COUNT_MAX }),
);
const shareBps = fc.oneof(fc.constantFrom(0, 1, 9_999, 10_000), fc.integer({ min: 0, max: SHARE_BPS_MAX }));

describe("splitGift", () => {
  it("rounds the anchor's part down", () => {
    expect(splitGift(1, 3_333)).toEqual({ grossFen: 10, anchorFen: 3, platformFen: 7 });
    expect(splitGift(1, 9_999)).toEqual({ grossFen: 10, anchorFen: 9, platformFen: 1 });
    expect(splitGift(3, 5_000)).toEqual({ grossFen: 30, anchorFen: 15, platformFen: 15 });
  });

  it("gives all or nothing at the ends of the share", () => {
    expect(splitGift(7, 0)).toEqual({ grossFen: 70, anchorFen: 0, platformFen: 70 });
    expect(splitGift(7, 10_000)).toEqual({ grossFen: 70, anchorFen: 70, platformFen: 0 });
  });

  it("is exactly what whole-number arithmetic without limits says, up to the dearest order", () => {
    fc.assert(
      fc.property(totalCoins, shareBps, (coins, bps) => {
        const gross = BigInt(coins) * BigInt(FEN_PER_COIN);
        const anchor = (gross * BigInt(bps)) / 10_000n;
        const split = splitGift(coins, bps);
        expect([split.grossFen, split.anchorFen, split.platformFen].map(BigInt)).toEqual([
          gross,
          anchor,
          gross - anchor,
        ]);
      }),
    );
    const dearest = giftTotalCoins(PRICE_COINS_MAX, GIFT_COUNT_MAX);
    expect(splitGift(dearest, 9_999)).toEqual({
      grossFen: 99_990_000_000,
      anchorFen: 99_980_001_000,
      platformFen: 9_999_000,
    });
  });

  it("refuses what it could not split exactly instead of rounding it", () => {
    const first = Math.ceil(Number.MAX_SAFE_INTEGER / (FEN_PER_COIN * SHARE_BPS_MAX));
    expect(() => splitGift(first, SHARE_BPS_MAX)).toThrow(RangeError);
    expect(splitGift(first - 1, SHARE_BPS_MAX).anchorFen).toBe((first - 1) * FEN_PER_COIN);
  });

  it("sums to the same however gifts are cut into batches", () => {
    fc.assert(
      fc.property(fc.array(totalCoins, { maxLength: 40 }), shareBps, fc.nat(40), (gifts, bps, cut) => {
        const sum = (list: number[]) => list.reduce((fen, coins) => fen + splitGift(coins, bps).anchorFen, 0);
        expect(sum(gifts.slice(0, cut)) + sum(gifts.slice(cut))).toBe(sum(gifts));
      }),
    );
  });
});
