import { afterEach, describe, expect, it, vi } from "vitest";
import { FairQueue } from "./fair-queue";

const LIMITS = { atOnceMax: 2, atOncePerKeyMax: 1, waitingMax: 4, waitingPerKeyMax: 3 };

/** Tasks that note when they begin and end when they are told to. */
function createDesk(limits = LIMITS) {
  const queue = new FairQueue(limits);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const bring = (name: string, isGone = () => false) =>
    queue.run(name.slice(0, 1), isGone, () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, begun, bring, end };
}

it("hands on what a task has made, and nothing where nobody waits for it any more", async () => {
  const queue = new FairQueue({ ...LIMITS, atOnceMax: 1 });
  const [made, gone] = [
    queue.run(
      "a",
      () => false,
      async () => 7,
    ),
    queue.run(
      "b",
      () => true,
      async () => 8,
    ),
  ];
  expect(await Promise.all([made, gone])).toEqual([7, undefined]);
});

it("gives each key its turn, however many one brings", async () => {
  const { begun, bring, end } = createDesk({ ...LIMITS, atOncePerKeyMax: 2 });
  for (const name of ["a1", "a2", "a3", "a4", "b1", "b2", "c1"]) void bring(name);
  expect(begun).toEqual(["a1", "a2"]);
  for (const name of ["a1", "a2", "a3", "b1", "c1", "a4"]) await end(name);
  expect(begun).toEqual(["a1", "a2", "a3", "b1", "c1", "a4", "b2"]);
});

it("leaves a place for others beside a key that has all it may have", async () => {
  const { begun, bring, end } = createDesk();
  for (const name of ["a1", "a2", "b1"]) void bring(name);
  expect(begun).toEqual(["a1", "b1"]);
  await end("b1");
  expect(begun).toEqual(["a1", "b1"]);
  await end("a1");
  expect(begun).toEqual(["a1", "b1", "a2"]);
});

it("says what is full: one key's places, or all of them", () => {
  const { queue, bring } = createDesk();
  for (const name of ["a1", "a2", "a3", "a4"]) void bring(name);
  expect(queue.findObstacle("a")).toBe("key");
  expect(queue.findObstacle("b")).toBeUndefined();
  for (const name of ["b1", "b2"]) void bring(name);
  expect(queue.findObstacle("b")).toBe("all");
  expect(queue.findObstacle("c")).toBe("all");
});

it("skips who has gone, and goes on after a task that failed", async () => {
  const { queue, begun, bring, end } = createDesk();
  await expect(
    queue.run(
      "a",
      () => false,
      () => Promise.reject(new Error("no")),
    ),
  ).rejects.toThrow("no");
  void bring("a1");
  const gone = bring("a2", () => true);
  void bring("a3");
  await end("a1");
  await gone;
  expect(begun).toEqual(["a1", "a3"]);
  expect(queue.findObstacle("a")).toBeUndefined();
});

afterEach(() => vi.useRealTimers());

it("has a key that goes on and on rest in between, alone as it may be, and nobody else with it", async () => {
  vi.useFakeTimers();
  const pace = { share: 0.5, burstMs: 100 };
  const queue = new FairQueue({
    atOnceMax: 4,
    atOncePerKeyMax: 1,
    waitingMax: 1_000,
    waitingPerKeyMax: 1_000,
    pace,
  });
  let pages = 0;
  const page = (key: string) =>
    queue.run(
      key,
      () => false,
      () => new Promise((resolve) => setTimeout(resolve, 20)).then(() => void (pages += key === "a" ? 1 : 0)),
    );
  for (let n = 0; n < 500; n += 1) void page("a");
  await vi.advanceTimersByTimeAsync(10_000);
  // 100 ms at once, then half of the time: 5,000 ms of 20 ms each.
  expect(pages).toBeGreaterThan(230);
  expect(pages).toBeLessThan(270);

  const other = page("b");
  await vi.advanceTimersByTimeAsync(20);
  await other;
  // Whoever has rested may bring several at once again.
  pages = 0;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(pages).toBeGreaterThan(200);
  await vi.advanceTimersByTimeAsync(60_000);
  pages = 0;
  for (let n = 0; n < 5; n += 1) void page("a");
  await vi.advanceTimersByTimeAsync(105);
  expect(pages).toBe(5);
});

describe("what a key is charged", () => {
  const SECOND = 1_000;
  const pace = { share: 0.2, burstMs: 3 * SECOND };
  const limits = { atOnceMax: 4, atOncePerKeyMax: 2, waitingMax: 100, waitingPerKeyMax: 100 };
  /** A queue whose tasks take a time and, of the clock of work, a part of it. */
  function createSite() {
    vi.useFakeTimers();
    let workedMs = 0;
    const queue = new FairQueue({ ...limits, pace: { ...pace, readWorkedMs: () => workedMs } });
    const made: string[] = [];
    const bring = (name: string, takesMs: number) =>
      queue.run(
        "a",
        () => false,
        async () => {
          await new Promise((resolve) => setTimeout(resolve, takesMs));
          made.push(name);
        },
      );
    return { bring, made, work: (ms: number) => (workedMs += ms) };
  }

  it("is not the time in which its tasks wait: after two that hung the next one comes at once", async () => {
    const { bring, made } = createSite();
    for (const name of ["hung", "hung too", "behind them"])
      void bring(name, name === "behind them" ? 10 : 30 * SECOND);
    await vi.advanceTimersByTimeAsync(30 * SECOND + 20);
    expect(made).toEqual(["hung", "hung too", "behind them"]);
  });

  it("is the work that was done, once, however many of its tasks ran meanwhile", async () => {
    const { bring, made, work } = createSite();
    for (const name of ["one", "two"]) void bring(name, 100);
    work(4 * SECOND);
    await vi.advanceTimersByTimeAsync(100);
    void bring("three", 0);
    // A second beyond the burst at a fifth of the time.
    await vi.advanceTimersByTimeAsync(4.8 * SECOND);
    expect(made).toEqual(["one", "two"]);
    await vi.advanceTimersByTimeAsync(0.3 * SECOND);
    expect(made).toEqual(["one", "two", "three"]);
  });

  it("is a burst for each task at most, as after a machine stood still for an hour", async () => {
    const { bring, made, work } = createSite();
    for (const name of ["one", "two"]) void bring(name, 100);
    work(3_600 * SECOND);
    await vi.advanceTimersByTimeAsync(100);
    void bring("three", 0);
    await vi.advanceTimersByTimeAsync(30 * SECOND);
    expect(made).toEqual(["one", "two", "three"]);
  });

  it("goes on when the clock of work begins anew, as that of a site that was started again", async () => {
    const { bring, made, work } = createSite();
    work(50 * SECOND);
    void bring("one", 10);
    work(-50 * SECOND);
    await vi.advanceTimersByTimeAsync(10);
    void bring("two", 10);
    await vi.advanceTimersByTimeAsync(10);
    expect(made).toEqual(["one", "two"]);
  });
});

it("gives the place of a task back that throws before it begins", async () => {
  const queue = new FairQueue(LIMITS);
  const wrong = () => {
    throw new Error("no head for this");
  };
  for (let n = 0; n < 3; n += 1) await expect(queue.run("a", () => false, wrong)).rejects.toThrow("no head");
  expect(queue.findObstacle("a")).toBeUndefined();
});
