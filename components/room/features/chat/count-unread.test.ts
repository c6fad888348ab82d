import { expect, it } from "vitest";
import { countUnread, NOTHING_UNREAD } from "./count-unread";

const lines = (...ids: string[]) => ids.map((id) => ({ id, isOwn: id.startsWith("own") }));

it("counts every line of a batch while the reader is away from the end", () => {
  const read = countUnread(NOTHING_UNREAD, lines("a", "b"), true);
  expect(read.unread.size).toBe(0);
  const away = countUnread(read, lines("a", "b", "c", "d", "own1"), false);
  expect([...away.unread]).toEqual(["c", "d"]);
  expect([...countUnread(away, lines("a", "b", "c", "d", "own1", "e"), false).unread]).toEqual([
    "c",
    "d",
    "e",
  ]);
});
it("forgets what was taken away, and everything at the end", () => {
  const away = countUnread(countUnread(NOTHING_UNREAD, lines("a"), true), lines("a", "b", "c"), false);
  expect([...countUnread(away, lines("a", "c"), false).unread]).toEqual(["c"]);
  expect(countUnread(away, lines("a", "b", "c"), true).unread.size).toBe(0);
});
it("counts a line once that comes again at another place", () => {
  const away = countUnread(countUnread(NOTHING_UNREAD, lines("a"), true), lines("a", "b"), false);
  expect([...countUnread(away, lines("b", "a"), false).unread]).toEqual(["b"]);
});
