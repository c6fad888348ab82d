import { describe, expect, it } from "vitest";
import { nextIndex } from "./grid-keys";

describe("nextIndex", () => {
  it("moves by one and by a row, and stays inside", () => {
    expect(nextIndex("ArrowRight", 0, 8, 4)).toBe(1);
    expect(nextIndex("ArrowRight", 7, 8, 4)).toBe(7);
    expect(nextIndex("ArrowLeft", 0, 8, 4)).toBe(0);
    expect(nextIndex("ArrowDown", 1, 8, 4)).toBe(5);
    expect(nextIndex("ArrowDown", 5, 8, 4)).toBe(5);
    expect(nextIndex("ArrowUp", 5, 8, 4)).toBe(1);
    expect(nextIndex("ArrowUp", 1, 8, 4)).toBe(1);
    expect(nextIndex("Home", 5, 8, 4)).toBe(0);
    expect(nextIndex("End", 5, 8, 4)).toBe(7);
  });
  it("leaves other keys alone", () => expect(nextIndex("a", 5, 8, 4)).toBeNull());
});
