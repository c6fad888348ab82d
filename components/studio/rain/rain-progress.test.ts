import { describe, expect, it } from "vitest";
import type { Rain, RainStatus } from "@/domain/contracts/rain";
import { applyUpdate, newerRain, pickRain, remainingOf } from "./rain-progress";

const rain = (status: RainStatus, loadedPackets = 0, rainId = "one") =>
  ({ rainId, status, loadedPackets }) as Rain;

describe("what is newer of a rain", () => {
  it("never goes back", () => {
    expect(newerRain(rain("started"), rain("ready")).status).toBe("started");
    expect(newerRain(rain("preparing", 500), rain("preparing", 300)).loadedPackets).toBe(500);
    expect(newerRain(rain("preparing", 500), rain("ready", 900)).loadedPackets).toBe(900);
    expect(newerRain(rain("ended"), rain("created", 0, "two")).rainId).toBe("two");
  });

  it("takes events of this rain only, and none that is late", () => {
    const known = rain("preparing", 10);
    expect(applyUpdate(known, { rainId: "one", status: "ready", loadedPackets: 20 })).toEqual(
      rain("ready", 20),
    );
    expect(applyUpdate(known, { rainId: "two", status: "ready", loadedPackets: 20 })).toBe(known);
    expect(applyUpdate(known, { rainId: "one", status: "created", loadedPackets: 0 })).toBe(known);
  });
});

describe("pickRain", () => {
  it("shows what falls before what waits, whatever their age", () => {
    const rains = [rain("created", 0, "a"), rain("ended", 0, "b"), rain("started", 0, "c")];
    expect(pickRain(rains, null)).toBe("c");
  });

  it("shows the last result until it is put away", () => {
    const rains = [rain("ended", 0, "b"), rain("ended", 0, "a")];
    expect(pickRain(rains, null)).toBe("b");
    expect(pickRain(rains, "b")).toBeNull();
    expect(pickRain([rain("ready", 0, "b")], "b")).toBe("b");
    expect(pickRain([], null)).toBeNull();
  });
});

it("remainingOf is never negative", () => {
  const facts = { budgetCoins: 100, packetCount: 10, claimedCoins: 70, claimedCount: 8 };
  expect(remainingOf(facts)).toEqual({ coins: 30, packets: 2 });
});
