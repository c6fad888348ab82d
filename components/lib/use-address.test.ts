import { expect, it } from "vitest";
import { changedQuery } from "./use-address";

const after = (search: string, changes: Record<string, string>) =>
  changedQuery(new URLSearchParams(search), Object.entries(changes));

it("changes what was chosen, and leaves the rest of the address", () => {
  expect(after("tier=high&days=7&tag=song", { days: "30" })).toBe("tier=high&days=30&tag=song");
});

it("takes everything that was chosen", () => {
  expect(after("tier=high", { split: "hour", anchor: "anna" })).toBe("tier=high&split=hour&anchor=anna");
});

it("has nothing in it that is empty", () => {
  expect(after("days=7&tier=low", { days: "" })).toBe("tier=low");
  expect(after("days=7", { days: "" })).toBe("");
});

it("may hold any sign", () => {
  expect(new URLSearchParams(after("", { anchor: "a&b=歌 #1" })).get("anchor")).toBe("a&b=歌 #1");
});
