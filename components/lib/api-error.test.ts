import { describe, expect, it } from "vitest";
import { type BizErrorName, ERRORS } from "@/domain/contracts/errors";
import { isRetryable, readApiError } from "./api-error";

describe("readApiError", () => {
  it("takes the business error with its trace id", () => {
    const biz = { code: 2000, name: "INSUFFICIENT_COINS", message: "", details: {}, traceId: "a".repeat(32) };
    expect(readApiError({ data: { biz } })).toEqual({
      name: "INSUFFICIENT_COINS",
      details: {},
      traceId: "a".repeat(32),
    });
  });
  it("treats everything else as a network failure, whose outcome is unknown", () => {
    expect(readApiError(new TypeError("Failed to fetch")).name).toBe("NETWORK");
    expect(readApiError(null).name).toBe("NETWORK");
  });
});

describe("isRetryable", () => {
  it("agrees with the error table", () => {
    for (const [name, definition] of Object.entries(ERRORS)) {
      const error = { name: name as BizErrorName, details: {}, traceId: null };
      expect(isRetryable(error), name).toBe(definition.retryable);
    }
  });
});
