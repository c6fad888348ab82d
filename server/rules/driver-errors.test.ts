import { describe, expect, it } from "vitest";
import { isRefusedValue, isUnavailable } from "./driver-errors";

const withCode = (code: string, message = "x") => Object.assign(new Error(message), { code });

describe("isUnavailable", () => {
  it.each([
    "ECONNREFUSED",
    "CONNECTION_CLOSED",
    "CONNECT_TIMEOUT",
    "57P01",
    "57P03",
    "08006",
    "53300",
    "57014",
  ])("knows the code %s, however deep", (code) => {
    expect(isUnavailable(withCode(code))).toBe(true);
    expect(isUnavailable(new Error("Failed query", { cause: withCode(code) }))).toBe(true);
  });

  it.each([
    "Command timed out",
    "Connection is closed.",
    "Stream isn't writeable and enableOfflineQueue options is false",
    "LOADING Redis is loading the dataset in memory",
    "READONLY You can't write against a read only replica.",
  ])("knows what Redis says: %s", (message) => {
    expect(isUnavailable(new Error(message))).toBe(true);
  });

  it("takes nothing else for it", () => {
    expect(isUnavailable(withCode("23505"))).toBe(false);
    expect(isUnavailable(new TypeError("x is not a function"))).toBe(false);
    expect(isUnavailable("ECONNREFUSED")).toBe(false);
    expect(isUnavailable(undefined)).toBe(false);
    const loop = new Error("loop");
    loop.cause = loop;
    expect(isUnavailable(loop)).toBe(false);
  });
});

describe("isRefusedValue", () => {
  it("knows texts, numbers and times that PostgreSQL cannot hold", () => {
    expect(isRefusedValue(new Error("Failed query", { cause: withCode("22021") }))).toBe(true);
    expect(isRefusedValue(withCode("22003"))).toBe(true);
    expect(isRefusedValue(withCode("23505"))).toBe(false);
  });
});
