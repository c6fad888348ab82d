import { describe, expect, it, vi } from "vitest";
import { TickQueue } from "./tick-queue";

/** Collects batches; each is acknowledged by hand, as a broadcast in several turns would be. */
function newQueue(tickMs: number) {
  const batches: string[][] = [];
  const acknowledgements: (() => void)[] = [];
  const queue = new TickQueue<string>(tickMs, (batch, done) => {
    batches.push(batch);
    acknowledgements.push(done);
  });
  return { batches, queue, finish: () => acknowledgements.shift()?.() };
}

describe("TickQueue", () => {
  it("sends the first item of a quiet time at once and gathers the rest of the tick", () => {
    vi.useFakeTimers();
    try {
      const { batches, queue, finish } = newQueue(40);
      queue.push("a");
      finish();
      queue.push("b");
      queue.push("c");
      expect(batches).toEqual([["a"]]);
      vi.advanceTimersByTime(39);
      expect(batches).toEqual([["a"]]);
      vi.advanceTimersByTime(2);
      expect(batches).toEqual([["a"], ["b", "c"]]);
      finish();
      vi.advanceTimersByTime(100);
      queue.push("d");
      expect(batches.at(-1)).toEqual(["d"]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("sends what waits together with an urgent item, in order", () => {
    const { batches, queue, finish } = newQueue(10_000);
    queue.push("a");
    finish();
    queue.push("b");
    queue.pushUrgent("control");
    expect(batches).toEqual([["a"], ["b", "control"]]);
  });

  it("never lets batches overlap, and goes on at once when an urgent item waited", () => {
    const { batches, queue, finish } = newQueue(10_000);
    queue.push("a");
    queue.push("b");
    queue.pushUrgent("control");
    expect(batches).toEqual([["a"]]);
    finish();
    expect(batches).toEqual([["a"], ["b", "control"]]);
  });

  it("flushes nothing when nothing waits, and does not make the next item urgent", () => {
    const { batches, queue, finish } = newQueue(10_000);
    queue.push("a");
    finish();
    queue.flush();
    queue.push("b");
    expect(batches).toEqual([["a"]]);
    queue.flush();
    expect(batches).toEqual([["a"], ["b"]]);
  });

  it("without a tick sends each item at once", () => {
    const { batches, queue, finish } = newQueue(0);
    queue.push("a");
    finish();
    queue.push("b");
    expect(batches).toEqual([["a"], ["b"]]);
  });
});
