import { beforeEach, describe, expect, it } from "vitest";
import type { RainClaimInput, RainPacket, RainResult, RoomRain } from "@/domain/contracts/rain";
import { createRainStore, type RainStore } from "./rain-store";
import { ended, falling, packet, rainResult, START_MS, snapshot, started } from "./testing/rain-facts";

const viewer = { role: "viewer", isAnchor: false } as const;
const refusal = (name: string, details = {}) => ({ data: { biz: { name, details, traceId: null } } });

/** What the store asks for, answered by hand; its timers run when the test says so. */
class World {
  nowMs = 0;
  readonly claims: (RainClaimInput & {
    answer: (packet: RainPacket) => void;
    fail: (error: unknown) => void;
  })[] = [];
  currents: ((snapshot: RoomRain) => void)[] = [];
  results: ((result: RainResult) => void)[] = [];
  #timers: { atMs: number; task: () => void }[] = [];
  #ids = 0;
  readonly store: RainStore = createRainStore("room-1", {
    readCurrent: () => new Promise((resolve) => this.currents.push(resolve)),
    readResult: () => new Promise((resolve) => this.results.push(resolve)),
    claim: (input) =>
      new Promise((answer, fail) => {
        this.claims.push({ ...input, answer, fail });
      }),
    newClaimId: () => `claim-${++this.#ids}`,
    localMs: () => this.nowMs,
    random: () => 0.5,
    schedule: (task, delayMs) => {
      const timer = { atMs: this.nowMs + delayMs, task };
      this.#timers.push(timer);
      return () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      };
    },
  });

  async settle(): Promise<void> {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  }

  async pass(ms: number): Promise<void> {
    this.nowMs += ms;
    const due = this.#timers.filter((timer) => timer.atMs <= this.nowMs);
    this.#timers = this.#timers.filter((timer) => timer.atMs > this.nowMs);
    for (const timer of due) timer.task();
    await this.settle();
  }

  mine() {
    return this.store.get().mine.get("rain-1");
  }
}

let world: World;
beforeEach(() => {
  world = new World();
  world.store.hear([started(0)]);
});

describe("a tap", () => {
  it("is one claim, and a second tap before the answer is none", async () => {
    expect(world.store.tap("rain-1", viewer)).toBe(true);
    expect(world.store.tap("rain-1", viewer)).toBe(false);
    expect(world.claims).toMatchObject([
      { code: "code-of-16-letters", roomId: "room-1", claimId: "claim-1" },
    ]);
    world.claims[0]?.answer(packet("claim-1", 66));
    await world.settle();
    expect(world.mine()).toMatchObject({ packets: [{ coins: 66 }], claim: null, verdict: "done" });
    expect(world.store.tap("rain-1", viewer)).toBe(false);
  });

  it("is not taken from a guest or the anchor", () => {
    expect(world.store.tap("rain-1", { role: "guest", isAnchor: false })).toBe(false);
    expect(world.store.tap("rain-1", { role: "anchor", isAnchor: true })).toBe(false);
    expect(world.claims).toEqual([]);
  });

  it("keeps its id through lost answers, and longer pauses come between the tries", async () => {
    world.store.tap("rain-1", viewer);
    for (const pauseMs of [400, 800, 1_600]) {
      world.claims.at(-1)?.fail(new TypeError("Failed to fetch"));
      await world.settle();
      expect(world.mine()?.claim?.waitsFor).toBe("network");
      const before = world.claims.length;
      await world.pass(pauseMs - 1);
      expect(world.claims).toHaveLength(before);
      await world.pass(1);
      expect(world.claims).toHaveLength(before + 1);
    }
    world.claims.at(-1)?.answer(packet("claim-1"));
    await world.settle();
    expect(new Set(world.claims.map((claim) => claim.claimId))).toEqual(new Set(["claim-1"]));
    expect(world.mine()).toMatchObject({ packets: [packet("claim-1")], claim: null });
  });

  it("goes on at once when the network is back", async () => {
    world.store.tap("rain-1", viewer);
    world.claims[0]?.fail(new TypeError("Failed to fetch"));
    await world.settle();
    world.store.retry();
    expect(world.claims).toHaveLength(2);
    await world.pass(60_000);
    expect(world.claims).toHaveLength(2);
  });

  it("that was too fast waits quietly and is repeated", async () => {
    world.store.tap("rain-1", viewer);
    world.claims[0]?.fail(refusal("RATE_LIMITED", { retryAfterMs: 700 }));
    await world.settle();
    expect(world.mine()).toMatchObject({ claim: { waitsFor: "limit" }, againAtLocalMs: 700 });
    await world.pass(700);
    expect(world.claims).toHaveLength(1);
    await world.pass(50);
    expect(world.claims[1]?.claimId).toBe("claim-1");
  });

  it("that was won in another tab asks what it was", async () => {
    world.store.tap("rain-1", viewer);
    world.claims[0]?.fail(refusal("RAIN_ALREADY_CLAIMED"));
    await world.settle();
    expect(world.mine()?.verdict).toBe("done");
    world.currents[0]?.(snapshot(1, { current: falling(), mine: [packet("other-tab", 5)] }));
    await world.settle();
    expect(world.mine()?.packets).toEqual([packet("other-tab", 5)]);
  });

  it("that came too late is final and is not repeated", async () => {
    world.store.tap("rain-1", viewer);
    world.claims[0]?.fail(refusal("RAIN_EMPTY"));
    await world.settle();
    await world.pass(60_000);
    expect(world.claims).toHaveLength(1);
    expect(world.mine()).toMatchObject({ verdict: "empty", claim: null });
  });

  it("whose answer was lost is known from the snapshot, and a refusal that comes later changes nothing", async () => {
    world.store.tap("rain-1", viewer);
    world.store.ask();
    world.currents[0]?.(snapshot(1, { current: falling(), mine: [packet("claim-1", 9)] }));
    await world.settle();
    world.claims[0]?.fail(refusal("RAIN_ALREADY_CLAIMED"));
    await world.settle();
    expect(world.mine()).toMatchObject({ packets: [packet("claim-1", 9)], verdict: "done" });
    await world.pass(10_000);
    expect(world.claims).toHaveLength(1);
  });
});

describe("the end", () => {
  it("reads the board once, not at once, and again until everything is credited", async () => {
    world.store.hear([ended(12), ended(12)]);
    expect(world.results).toHaveLength(0);
    await world.pass(750);
    world.results[0]?.(rainResult({ status: "ending" }));
    await world.settle();
    await world.pass(2_000);
    expect(world.results).toHaveLength(2);
    world.results[1]?.(rainResult({ mine: [packet("x", 7)] }));
    await world.settle();
    await world.pass(60_000);
    expect(world.results).toHaveLength(2);
    expect(world.mine()?.packets).toEqual([packet("x", 7)]);
  });

  it("that was not heard of is asked for", async () => {
    await world.pass(30_000);
    expect(world.currents).toHaveLength(0);
    await world.pass(7_000);
    expect(world.currents).toHaveLength(1);
    world.currents[0]?.(snapshot(37));
    await world.settle();
    expect(world.store.get().rains.get("rain-1")?.phase).toBe("over");
  });
});

it("asks once more for what was asked while an answer was under way", async () => {
  world.store.ask();
  world.store.ask();
  world.store.ask();
  expect(world.currents).toHaveLength(1);
  world.currents[0]?.(snapshot(1));
  await world.settle();
  expect(world.currents).toHaveLength(2);
});

it("tells the server's time whatever the clock here says", () => {
  world.nowMs += 5_000;
  expect(world.store.serverNowMs()).toBe(START_MS + 5_000);
});

it("does nothing after it was stopped", async () => {
  world.store.tap("rain-1", viewer);
  world.store.stop();
  world.claims[0]?.fail(new TypeError("Failed to fetch"));
  await world.settle();
  await world.pass(60_000);
  expect(world.claims).toHaveLength(1);
});
