import { expect, it } from "vitest";
import type { Role } from "@/domain/contracts/ids";
import { powersOver } from "./powers";

const by = (userId: string, role: Role) => ({ sender: { userId, nickname: userId, role } });
const viewer = { userId: "v", role: "viewer" as const };
const anchor = { userId: "a", role: "anchor" as const };
const operator = { userId: "o", role: "operator" as const };

it.each([
  ["nobody, signed out", by("v", "viewer"), null, []],
  ["an author over their own", by("v", "viewer"), viewer, ["remove"]],
  ["a viewer over others", by("w", "guest"), viewer, []],
  ["an anchor of another room over others", by("w", "viewer"), { ...anchor, userId: "b" }, []],
  ["the anchor over a guest", by("g", "guest"), anchor, ["remove", "hide", "restrict"]],
  ["the anchor over an operator", by("o", "operator"), anchor, []],
  ["the anchor over their own", by("a", "anchor"), anchor, ["remove"]],
  ["an operator over the anchor", by("a", "anchor"), operator, ["remove", "hide"]],
  ["an operator over another operator", by("p", "operator"), operator, ["remove", "hide"]],
])("%s", (_, line, me, expected) => {
  const powers = powersOver(line, me, "a");
  expect(Object.entries(powers).flatMap(([name, has]) => (has ? [name] : []))).toEqual(expected);
});
