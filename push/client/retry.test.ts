import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backOffMs } from "@/domain/rules/back-off";
import { Retry } from "./retry";

const BACK_OFF = { firstMs: 1_000, maxMs: 8_000 };

describe("the pause between two tries", () => {
  it("doubles and is bounded, also after very many failures", () => {
    const pauses = [0, 1, 2, 3, 4, 5_000].map((failures) => backOffMs(failures, 0.5, BACK_OFF));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  });

  it("is spread by a quarter to both sides", () => {
    expect(backOffMs(1, 0, BACK_OFF)).toBe(1_500);
    expect(backOffMs(1, 0.999_999, BACK_OFF)).toBe(2_500);
  });
});

describe("a retry", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Something that fails until it is told not to; when each try came, in milliseconds after the first failure. */
  function start() {
    const startedAtMs = performance.now();
    const tries: number[] = [];
    const listeners = new Set<() => void>();
    const facts = { works: false };
    const retry = new Retry({
      attempt: () => {
        tries.push(performance.now() - startedAtMs);
        if (facts.works) retry.rest();
        else retry.failed();
      },
      backOff: BACK_OFF,
      random: () => 0.5,
      listen: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    });
    retry.failed();
    return {
      retry,
      tries,
      facts,
      wake: () => {
        for (const listener of listeners) listener();
      },
      listeners,
    };
  }

  it("tries ever more rarely and never gives up", () => {
    const { tries } = start();
    vi.advanceTimersByTime(60_000);
    expect(tries).toEqual([1_000, 3_000, 7_000, 15_000, 23_000, 31_000, 39_000, 47_000, 55_000]);
  });

  it("tries at once when it wakes, and often again afterwards", () => {
    const { tries, wake } = start();
    vi.advanceTimersByTime(16_000);
    tries.length = 0;
    wake();
    vi.advanceTimersByTime(4_000);
    expect(tries).toEqual([16_000, 17_000, 19_000]);
  });

  it("is not hurried by a network that comes and goes all the time", () => {
    const { tries, wake } = start();
    for (let i = 0; i < 100; i += 1) {
      vi.advanceTimersByTime(100);
      wake();
    }
    expect(tries).toHaveLength(10);
  });

  it("rests once it works, hears nothing then, and begins anew with the next failure", () => {
    const { retry, tries, facts, listeners, wake } = start();
    vi.advanceTimersByTime(7_000);
    facts.works = true;
    vi.advanceTimersByTime(60_000);
    expect(tries).toHaveLength(4);
    expect(listeners.size).toBe(0);
    wake();
    facts.works = false;
    const before = performance.now();
    retry.failed();
    vi.advanceTimersByTime(1_000);
    expect(tries).toHaveLength(5);
    expect(performance.now() - before).toBe(1_000);
  });

  it("ends when it is wanted no more", () => {
    const { retry, tries, listeners } = start();
    retry.stop();
    retry.failed();
    vi.advanceTimersByTime(60_000);
    expect(tries).toEqual([]);
    expect(retry.isWaiting).toBe(false);
    expect(listeners.size).toBe(0);
  });
});
