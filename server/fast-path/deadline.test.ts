import { describe, expect, it, vi } from "vitest";
import { createDeadline } from "./deadline";

const late = () => new Error("late");

describe("a deadline", () => {
  it("passes on what comes in time, and what fails", async () => {
    const inTime = createDeadline(60_000, late);
    expect(await inTime(Promise.resolve(7))).toBe(7);
    await expect(inTime(Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  });

  it("gives each its whole time and little more, and leaves no clock behind", async () => {
    vi.useFakeTimers();
    try {
      const inTime = createDeadline(1_000, late);
      const ends: string[] = [];
      const wait = (name: string) =>
        void inTime(new Promise(() => {})).catch((error: Error) => ends.push(`${name} ${error.message}`));
      wait("first");
      await vi.advanceTimersByTimeAsync(500);
      wait("second");
      await vi.advanceTimersByTimeAsync(499);
      expect(ends).toEqual([]);
      await vi.advanceTimersByTimeAsync(51);
      expect(ends).toEqual(["first late"]);
      await vi.advanceTimersByTimeAsync(500);
      expect(ends).toEqual(["first late", "second late"]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
