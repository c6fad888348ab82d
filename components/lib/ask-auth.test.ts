import { expect, it } from "vitest";
import { askAuth } from "./ask-auth";

it.each([
  ["nobody answers", new TypeError("Failed to fetch")],
  ["its code does not come", new Error("Failed to load chunk /a-part.js")],
  ["what was asked is given up", new DOMException("Aborted", "AbortError")],
])("is answered with an error where %s", async (_, thrown) => {
  expect(await askAuth(() => Promise.reject(thrown))).toEqual({ data: null, error: { status: 0 } });
});

it("hands on what the library answers", async () => {
  const answer = { data: null, error: { status: 429, code: "RATE_LIMITED" } };
  expect(await askAuth(() => Promise.resolve(answer))).toBe(answer);
});
