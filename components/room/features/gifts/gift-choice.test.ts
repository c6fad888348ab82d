import { describe, expect, it } from "vitest";
import { recallGiftChoice, rememberGiftChoice } from "./gift-choice";

function createStorage(entries: Record<string, string> = {}) {
  const kept = new Map(Object.entries(entries));
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  return () => storage;
}

const KEY = "downpour.gift-choice.mia";

describe("the remembered choice of a gift", () => {
  it("is kept for each person", () => {
    const storage = createStorage();
    rememberGiftChoice(storage, "mia", { giftId: "rocket", count: 66 });
    rememberGiftChoice(storage, "leo", { giftId: "crown", count: 7 });
    rememberGiftChoice(storage, null, { giftId: "angel", count: 1 });
    expect(recallGiftChoice(storage, "mia")).toEqual({ giftId: "rocket", count: 66 });
    expect(recallGiftChoice(storage, "leo")).toEqual({ giftId: "crown", count: 7 });
    expect(recallGiftChoice(storage, null)).toEqual({ giftId: "angel", count: 1 });
  });

  it("is the first gift, once, for whoever chose nothing", () => {
    expect(recallGiftChoice(createStorage(), "mia")).toEqual({ giftId: null, count: 1 });
  });

  it.each([
    ["no JSON", "rocket"],
    ["null", "null"],
    ["a list", "[1]"],
    ["a number", "66"],
  ])("is nothing when %s was kept", (_, text) => {
    expect(recallGiftChoice(createStorage({ [KEY]: text }), "mia")).toEqual({ giftId: null, count: 1 });
  });

  it.each([0, -1, 1.5, 1e9, "66", null, "NaN"])("has no count of %s", (count) => {
    const storage = createStorage({ [KEY]: JSON.stringify({ giftId: "rocket", count }) });
    expect(recallGiftChoice(storage, "mia")).toEqual({ giftId: "rocket", count: 1 });
  });

  it("costs nothing where a browser keeps nothing", () => {
    const closed = () => {
      throw new Error("denied");
    };
    rememberGiftChoice(closed, "mia", { giftId: "rocket", count: 66 });
    expect(recallGiftChoice(closed, "mia")).toEqual({ giftId: null, count: 1 });
  });
});
