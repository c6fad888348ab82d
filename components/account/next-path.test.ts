import { describe, expect, it } from "vitest";
import { safeNextPath } from "./next-path";

const SITE = "https://downpour.example";

describe("safeNextPath", () => {
  it.each(["/", "/room/1?a=b#c", "/wallet?next=%2F%2Fevil.example", "/room/1?u=https://evil.example/"])(
    "follows a page of this site: %s",
    (path) => expect(safeNextPath(path)).toBe(path),
  );

  it("follows what was read, not what was written", () => {
    expect(safeNextPath("/a/../room/1")).toBe("/room/1");
    expect(safeNextPath("/./wallet")).toBe("/wallet");
  });

  it("follows nothing where nothing, or several, were asked for", () => {
    expect(safeNextPath(undefined)).toBe("/");
    expect(safeNextPath(["/a"])).toBe("/");
    expect(safeNextPath("")).toBe("/");
  });

  const foreign = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/.//evil.example",
    "/./\\evil.example",
    "/..//evil.example",
    "/a/..//evil.example",
    "/a/../..//evil.example",
    "/%2e//evil.example",
    "/%2E%2e//evil.example",
    "/.%2e//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "/\u0000/evil.example",
    "/\u0085/evil.example",
    "javascript:alert(1)",
    "/javascript:alert(1)//\\",
    "data:text/html,x",
    "http:evil.example",
    "http:/evil.example",
    "//user@evil.example",
    "//[::1]/",
    "//",
  ];
  it.each(foreign)("never leaves the site: %j", (next) => {
    const path = safeNextPath(next);
    // As a browser would go there from our page.
    expect(new URL(path, SITE).origin).toBe(SITE);
    expect(path).toBe("/");
  });
});
