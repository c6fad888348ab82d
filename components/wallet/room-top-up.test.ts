import { describe, expect, it } from "vitest";
import { NO_TOP_UP, type RoomTopUp, recallRoomTopUp, rememberRoomTopUp } from "./room-top-up";

const ORDER = "0198c5a2-6f0e-7d1c-9d55-1f6f6f3f7a01";
const KEY = "downpour.room-top-up.mia.r1";

function createStorage(entries: Record<string, string> = {}) {
  const kept = new Map(Object.entries(entries));
  return {
    kept,
    open: () => ({
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    }),
  };
}

const waiting: RoomTopUp = {
  open: true,
  orderId: ORDER,
  wanted: { giftId: "rocket", count: 66, anonymous: false },
};

describe("a top-up in a room", () => {
  it("is found again by the same person in the same room", () => {
    const { open } = createStorage();
    rememberRoomTopUp(open, "mia", "r1", waiting);
    expect(recallRoomTopUp(open, "mia", "r1")).toEqual(waiting);
    expect(recallRoomTopUp(open, "mia", "r2")).toEqual(NO_TOP_UP);
    expect(recallRoomTopUp(open, "leo", "r1")).toEqual(NO_TOP_UP);
  });

  it("is found again while its payment is watched behind a closed sheet", () => {
    const { open } = createStorage();
    rememberRoomTopUp(open, "mia", "r1", { ...waiting, open: false });
    expect(recallRoomTopUp(open, "mia", "r1")).toEqual({ ...waiting, open: false });
  });

  it("leaves nothing behind once it is over", () => {
    const { open, kept } = createStorage();
    rememberRoomTopUp(open, "mia", "r1", waiting);
    rememberRoomTopUp(open, "mia", "r1", { ...waiting, open: false, orderId: null });
    expect(kept.size).toBe(0);
  });

  it.each([
    ["no JSON", "{"],
    ["another shape", '{"open":"yes"}'],
    ["an order that is no id", JSON.stringify({ ...waiting, orderId: "../x" })],
    ["a count of none", JSON.stringify({ ...waiting, wanted: { ...waiting.wanted, count: 0 } })],
    ["a count of half a gift", JSON.stringify({ ...waiting, wanted: { ...waiting.wanted, count: 0.5 } })],
  ])("is nothing when %s was kept", (_, text) => {
    expect(recallRoomTopUp(createStorage({ [KEY]: text }).open, "mia", "r1")).toEqual(NO_TOP_UP);
  });

  it("works in a browser that keeps nothing", () => {
    const closed = () => {
      throw new Error("denied");
    };
    rememberRoomTopUp(closed, "mia", "r1", waiting);
    expect(recallRoomTopUp(closed, "mia", "r1")).toEqual(NO_TOP_UP);
  });
});
