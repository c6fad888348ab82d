import { describe, expect, it } from "vitest";
import type { BizErrorDetails, BizErrorName } from "@/domain/contracts/errors";
import { readFieldRefusal, readRainRefusal } from "./rain-refusal";

const refused = (name: BizErrorName, details: BizErrorDetails = {}) => ({
  data: { biz: { code: 0, name, message: "", details, traceId: "t" } },
});

describe("readFieldRefusal", () => {
  it("names the field and the bound that it breaks", () => {
    expect(readFieldRefusal(refused("RAIN_INVALID_BUDGET", { field: "packetCount", max: 10 }))).toEqual({
      field: "packetCount",
      problem: { kind: "max", bound: 10 },
    });
    expect(readFieldRefusal(refused("RAIN_INVALID_BUDGET", { field: "budgetCoins", min: 5 }))).toEqual({
      field: "budgetCoins",
      problem: { kind: "min", bound: 5 },
    });
    expect(readFieldRefusal(refused("INVALID_INPUT", { field: "startsAt" }))?.problem).toEqual({
      kind: "time",
    });
  });

  it("is silent about what is no field", () => {
    expect(readFieldRefusal(refused("ROOM_NOT_LIVE"))).toBeNull();
    expect(readFieldRefusal(refused("INVALID_INPUT", { field: "rainId" }))).toBeNull();
    expect(readFieldRefusal(new Error("network"))).toBeNull();
  });
});

describe("readRainRefusal", () => {
  it("takes what gifts on their way hold back off the balance", () => {
    const details = { balanceCoins: 100, pendingCoins: 30, totalCoins: 90, fundedBy: "anchor" };
    expect(readRainRefusal(refused("INSUFFICIENT_COINS", details))).toEqual({
      kind: "poor",
      haveCoins: 70,
      needCoins: 90,
      fromWallet: true,
    });
  });

  it("tells the day's limit from a rain's own", () => {
    const day = { field: "budgetCoins", max: 50, usedTodayCoins: 950 };
    expect(readRainRefusal(refused("RAIN_INVALID_BUDGET", day))).toEqual({
      kind: "day",
      leftCoins: 50,
      usedCoins: 950,
    });
    expect(readRainRefusal(refused("RAIN_INVALID_BUDGET", { field: "budgetCoins", max: 1 })).kind).toBe(
      "other",
    );
  });

  it("knows a rain that has moved on, a closed room, a room that never was, and a wait", () => {
    expect(readRainRefusal(refused("RAIN_STATE_CONFLICT")).kind).toBe("moved");
    expect(readRainRefusal(refused("ROOM_NOT_LIVE")).kind).toBe("roomClosed");
    expect(readRainRefusal(refused("NOT_FOUND", { field: "roomId" })).kind).toBe("noRoom");
    expect(readRainRefusal(refused("RATE_LIMITED", { retryAfterMs: 4_200 }))).toEqual({
      kind: "wait",
      retryAfterMs: 4_200,
    });
    expect(readRainRefusal(new Error("network"))).toMatchObject({
      kind: "other",
      error: { name: "NETWORK" },
    });
  });
});
