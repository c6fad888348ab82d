import { afterEach, expect, it, vi } from "vitest";
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
      return new Promise((resolve) => ends.set(name, resolve));
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, begun, bring, end };
}

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
