import { expect, it } from "vitest";
import { readAuthFailure } from "./auth-failure";

it("tells apart what a person can act on", () => {
  expect(readAuthFailure({ status: 400, code: "INVALID_OTP" })).toEqual({ kind: "wrongCode" });
  expect(readAuthFailure({ status: 400, code: "OTP_EXPIRED" })).toEqual({ kind: "expired" });
  expect(readAuthFailure({ status: 403, code: "TOO_MANY_ATTEMPTS" })).toEqual({ kind: "tooManyTries" });
  expect(readAuthFailure({ status: 429 })).toEqual({ kind: "tooFast", seconds: null });
  expect(readAuthFailure({ status: 429, details: { retryAfterMs: 30_500 } })).toEqual({
    kind: "tooFast",
    seconds: 31,
  });
  expect(readAuthFailure({})).toEqual({ kind: "offline" });
  expect(readAuthFailure({ status: 500 })).toEqual({ kind: "other" });
});
