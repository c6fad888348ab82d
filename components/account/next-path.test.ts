import { expect, it } from "vitest";
import { safeNextPath } from "./next-path";

it("follows only pages of this site", () => {
  expect(safeNextPath("/room/1?a=b#c")).toBe("/room/1?a=b#c");
  expect(safeNextPath(undefined)).toBe("/");
  expect(safeNextPath(["/a"])).toBe("/");
  for (const foreign of [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
  ]) {
    expect(safeNextPath(foreign), foreign).toBe("/");
  }
});
