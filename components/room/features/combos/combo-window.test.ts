import { describe, expect, it } from "vitest";
import { COMBO_WINDOW_MS, extendCombo, withoutGift } from "./combo-window";

const tap = (nowMs: number, giftId = "crown", anonymous = false) => ({
  giftId,
  anonymous,
  count: 1,
  nowMs,
  newComboId: () => `c${nowMs}`,
});

describe("extendCombo", () => {
  it("keeps the id while the window lasts and moves its end with every tap", () => {
    const first = extendCombo(null, tap(0));
    const second = extendCombo(first, tap(COMBO_WINDOW_MS - 1));
    const third = extendCombo(second, tap(2 * COMBO_WINDOW_MS - 2));
    expect([first, second, third].map((c) => c.comboId)).toEqual(["c0", "c0", "c0"]);
    expect(third.count).toBe(3);
  });
  it("starts anew when the window is over", () => {
    const first = extendCombo(null, tap(0));
    expect(extendCombo(first, tap(COMBO_WINDOW_MS))).toMatchObject({
      comboId: `c${COMBO_WINDOW_MS}`,
      count: 1,
    });
  });
  it("starts anew for another gift", () => {
    expect(extendCombo(extendCombo(null, tap(0)), tap(10, "rocket")).comboId).toBe("c10");
  });
  it("starts anew when the giver takes the name off, or puts it on", () => {
    const named = extendCombo(null, tap(0));
    const anonymous = extendCombo(named, tap(10, "crown", true));
    expect(anonymous).toMatchObject({ comboId: "c10", count: 1 });
    expect(extendCombo(anonymous, tap(20, "crown", true))).toMatchObject({ comboId: "c10", count: 2 });
    expect(extendCombo(anonymous, tap(20)).comboId).toBe("c20");
  });
});

describe("withoutGift", () => {
  const combo = extendCombo(extendCombo(null, tap(0)), { ...tap(10), count: 5 });
  it("counts without a gift that was refused, in the same window", () => {
    expect(withoutGift(combo, { comboId: "c0", count: 5 })).toEqual({ ...combo, count: 1 });
  });
  it("is no combo any more when nothing of it came to be", () => {
    expect(
      withoutGift(withoutGift(combo, { comboId: "c0", count: 5 }), { comboId: "c0", count: 1 }),
    ).toBeNull();
  });
  it("is not touched by a gift of another one", () => {
    expect(withoutGift(combo, { comboId: "c-other", count: 1 })).toBe(combo);
    expect(withoutGift(combo, { count: 1 })).toBe(combo);
    expect(withoutGift(null, { comboId: "c0", count: 1 })).toBeNull();
  });
});
