import { describe, expect, it } from "vitest";
import { Admission, type CallKind, type Pass, TICK_MS } from "./admission";

/** An admission whose time is told by the test. */
function createWorld() {
  let nowMs = 1_000;
  const admission = new Admission(nowMs);
  return {
    admission,
    pass(ms: number) {
      for (let left = ms; left > 0; left -= TICK_MS) {
        nowMs += TICK_MS;
        admission.tick(nowMs);
      }
    },
    /** Comes to its events this late, so many times in a row. */
    lag(behindMs: number, times: number) {
      for (let turn = 0; turn < times; turn++) {
        nowMs += TICK_MS + behindMs;
        admission.tick(nowMs);
      }
    },
    enter: (kind: CallKind, count = 1): Pass[] =>
      Array.from({ length: count }, () => admission.enter(kind, nowMs)),
    leave(passes: readonly Pass[]) {
      for (const pass of passes) admission.leave(pass, nowMs);
    },
    enterAllThatMay(kind: CallKind): Pass[] {
      const passes: Pass[] = [];
      while (!admission.findObstacle(kind) && passes.length < 10_000)
        passes.push(admission.enter(kind, nowMs));
      return passes;
    },
  };
}

describe("calls at once", () => {
  it("are bounded, and let in again as others are answered", () => {
    const { admission, enterAllThatMay, leave } = createWorld();
    const all = enterAllThatMay("gift");
    expect(all.length).toBeGreaterThan(50);
    expect(all.length).toBeLessThan(1_000);
    expect(admission.findObstacle("gift")).toBe("full");
    leave(all.splice(0, 1));
    expect(admission.findObstacle("gift")).toBeUndefined();
  });

  it("become fewer while they are slow, never none, and more again soon after", () => {
    const { enterAllThatMay, leave, pass } = createWorld();
    const first = enterAllThatMay("gift");
    const bounds = [first.length];
    let under = first;
    for (let round = 0; round < 40; round++) {
      pass(600);
      leave(under);
      pass(100);
      under = enterAllThatMay("gift");
      bounds.push(under.length);
    }
    expect(bounds[1]).toBeLessThan(first.length);
    expect(under.length).toBeGreaterThan(0);
    expect(under.length).toBeLessThan(first.length / 4);
    leave(under);
    for (let ms = 0; ms < 10_000; ms += 100) {
      under = enterAllThatMay("gift");
      pass(20);
      leave(under);
      pass(80);
    }
    expect(under.length).toBe(first.length);
  });

  it("stay as many while some are slow and others are not: the slow ones wait for something else", () => {
    const { enterAllThatMay, enter, leave, pass } = createWorld();
    const full = enterAllThatMay("gift");
    leave(full);
    for (let round = 0; round < 50; round++) {
      const slow = enter("gift", 2);
      const quick = enter("gift", 20);
      pass(20);
      leave(quick);
      pass(480);
      leave(slow);
    }
    expect(enterAllThatMay("gift")).toHaveLength(full.length);
  });
});

it("what has waited for a second keeps nobody out, and is bounded by itself", () => {
  const { admission, enterAllThatMay, leave, pass } = createWorld();
  const stuck = enterAllThatMay("gift");
  expect(admission.findObstacle("gift")).toBe("full");
  pass(1_000);
  expect(admission.findObstacle("gift")).toBeUndefined();
  while (admission.findObstacle("gift") !== "stuck") {
    const more = enterAllThatMay("gift");
    expect(more.length).toBeGreaterThan(0);
    stuck.push(...more);
    pass(1_000);
  }
  expect(admission.underWay("gift")).toBe(stuck.length);
  leave(stuck);
  expect(admission.underWay("gift")).toBe(0);
  expect(admission.findObstacle("gift")).toBeUndefined();
});

describe("what is less important", () => {
  it("waits for what is more important", () => {
    const { admission, enterAllThatMay, leave } = createWorld();
    const gifts = enterAllThatMay("gift");
    expect(admission.findObstacle("money")).toBe("full");
    expect(admission.findObstacle("other")).toBe("full");
    leave(gifts);
    const asked = enterAllThatMay("money");
    expect(admission.findObstacle("other")).toBe("full");
    expect(admission.findObstacle("gift")).toBeUndefined();
    leave(asked);
    expect(admission.findObstacle("other")).toBeUndefined();
  });

  it("is refused first when the process is behind, and let in as soon as it is not", () => {
    const { admission, pass, lag } = createWorld();
    const refused = () =>
      (["gift", "money", "other", "page"] as const).filter(
        (kind) => admission.findObstacle(kind) === "behind",
      );
    lag(350, 10);
    expect(refused()).toEqual([]);
    lag(450, 10);
    expect(refused()).toEqual(["other", "page"]);
    lag(650, 10);
    expect(refused()).toEqual(["money", "other", "page"]);
    lag(900, 10);
    expect(refused()).toEqual(["gift", "money", "other", "page"]);
    pass(20);
    expect(refused()).toEqual([]);
  });

  it("is not refused because the process stood still for once", () => {
    const { admission, lag } = createWorld();
    lag(5_000, 1);
    expect(admission.findObstacle("page")).toBeUndefined();
  });
});
