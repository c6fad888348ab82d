import { describe, expect, it } from "vitest";
import { findContradiction } from "./feed-agreement";

const find = (seq: number, mark: string | null, lastSeq: number, found: string | null) =>
  findContradiction("bucket:7", { seq, mark }, { lastSeq, mark: found });

describe("a cursor and its feed", () => {
  it("agree at the start, at the end, in the middle", () => {
    expect(find(0, null, 0, null)).toBeNull();
    expect(find(0, null, 9, null)).toBeNull();
    expect(find(9, "a", 9, "a")).toBeNull();
    expect(find(4, "a", 9, "a")).toBeNull();
  });

  it("disagree when the feed ends before the cursor, however little", () => {
    expect(find(5, "a", 4, null)).toEqual({ subject: "bucket:7", kind: "beyond", cursorSeq: 5, lastSeq: 4 });
    expect(find(1, null, 0, null)).toMatchObject({ kind: "beyond" });
  });

  it("disagree when the feed has grown past the cursor with something else", () => {
    expect(find(5, "a", 5, "b")).toMatchObject({ kind: "other" });
    expect(find(5, "a", 900, "b")).toMatchObject({ kind: "other" });
    expect(find(5, "a", 900, null)).toMatchObject({ kind: "other" });
  });

  it("agree where nothing was noted yet and something is there", () => {
    expect(find(5, null, 900, "b")).toBeNull();
    expect(find(5, null, 900, null)).toMatchObject({ kind: "other" });
  });
});
