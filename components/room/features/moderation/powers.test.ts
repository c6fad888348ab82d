import { expect, it } from "vitest";
import type { Role } from "@/domain/contracts/ids";
import { isModeratorIn, powersOver } from "./powers";

const by = (userId: string, role: Role) => ({ sender: { userId, nickname: userId, role } });
const viewer = { userId: "v", role: "viewer" as const };
const anchor = { userId: "a", role: "anchor" as const };
const operator = { userId: "o", role: "operator" as const };
const moderator = { userId: "m", role: "viewer" as const };
const ranks = { anchorId: "a", moderatorIds: ["m", "n"] };

it.each([
  ["nobody, signed out", by("v", "viewer"), null, []],
  ["an author over their own", by("v", "viewer"), viewer, ["remove"]],
  ["a viewer over others", by("w", "guest"), viewer, []],
  ["an anchor of another room over others", by("w", "viewer"), { ...anchor, userId: "b" }, []],
  ["the anchor over a guest", by("g", "guest"), anchor, ["remove", "hide", "restrict"]],
  ["the anchor over a viewer", by("v", "viewer"), anchor, ["remove", "hide", "restrict", "appoint"]],
  ["the anchor over a moderator", by("m", "viewer"), anchor, ["remove", "hide", "restrict", "appoint"]],
  ["the anchor over an operator", by("o", "operator"), anchor, []],
  ["the anchor over their own", by("a", "anchor"), anchor, ["remove"]],
  ["a moderator over a viewer", by("v", "viewer"), moderator, ["remove", "hide", "restrict"]],
  ["a moderator over another moderator", by("n", "viewer"), moderator, []],
  ["a moderator over the anchor", by("a", "anchor"), moderator, []],
  ["a moderator over an operator", by("o", "operator"), moderator, []],
  ["a moderator over their own", by("m", "viewer"), moderator, ["remove"]],
  ["an operator over the anchor", by("a", "anchor"), operator, ["remove", "hide"]],
  ["an operator over a moderator", by("m", "viewer"), operator, ["remove", "hide", "restrict"]],
  ["an operator over another operator", by("p", "operator"), operator, ["remove", "hide"]],
])("%s", (_, line, me, expected) => {
  const powers = powersOver(line, me, ranks);
  expect(Object.entries(powers).flatMap(([name, has]) => (has ? [name] : []))).toEqual(expected);
});

it("Operators, the anchor and whom they let moderate a room", () => {
  expect([operator, anchor, moderator].every((me) => isModeratorIn(me, ranks))).toBe(true);
  expect([viewer, { ...anchor, userId: "b" }, null].some((me) => isModeratorIn(me, ranks))).toBe(false);
});
