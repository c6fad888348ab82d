import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAway, isBlocked, isOwnFault, isRefusedValue, isUnavailable } from "./driver-errors";

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
    "53100",
    "28P01",
    "28000",
    "25006",
    "58030",
    "3D000",
    "42501",
    "42703",
    "42P01",
    "XX001",
    "55P03",
    "40P01",
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
    "OOM command not allowed when used memory > 'maxmemory'.",
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
    "NOPERM User default has no permissions to run the 'xadd' command",
    "NOAUTH Authentication required.",
    "WRONGPASS invalid username-password pair or user is disabled.",
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

describe("isOwnFault", () => {
  const OWN = new Set(["gift_records"]);
  const check = (table: string) => Object.assign(withCode("23514"), { table_name: table });

  it.each(["22001", "22003", "22008", "22021", "22P02", "22P05"])(
    "is a value that a column cannot hold: %s",
    (code) => {
      expect(isOwnFault(withCode(code), OWN)).toBe(true);
      expect(isOwnFault(new Error("Failed query", { cause: withCode(code) }), OWN)).toBe(true);
    },
  );

  it("is a CHECK of a row of its own, and of no row that others share", () => {
    expect(isOwnFault(check("gift_records"), OWN)).toBe(true);
    expect(isOwnFault(check("ledger_accounts"), OWN)).toBe(false);
    expect(isOwnFault(withCode("23514"), OWN)).toBe(false);
  });

  it.each([
    "23502",
    "23503",
    "23505",
    "53100",
    "53200",
    "53300",
    "28P01",
    "28000",
    "42501",
    "42703",
    "42P01",
    "25006",
    "25P02",
    "XX000",
    "XX001",
    "57014",
    "57P01",
    "58030",
    "08006",
    "40001",
    "40P01",
    "55P03",
    "0A000",
    "54000",
    "P0001",
    "3D000",
  ])("is never what a store or a table may be to blame for: %s", (code) => {
    expect(isOwnFault(Object.assign(withCode(code), { table_name: "gift_records" }), OWN)).toBe(false);
  });

  it("is nothing that Redis says, no defect of ours, and nothing unknown", () => {
    for (const message of ["OOM x", "READONLY x", "NOPERM x", "WRONGTYPE x", "LOADING x", "MISCONF x"])
      expect(isOwnFault(new Error(message), OWN)).toBe(false);
    for (const error of [
      new TypeError("x"),
      new RangeError("x"),
      "22003",
      null,
      undefined,
      { code: "22003" },
    ])
      expect(isOwnFault(error, OWN)).toBe(false);
  });

  it("excludes whatever says that a store is away or a row is held, for any code there may be", () => {
    const digit = fc.constantFrom(...Array.from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
    fc.assert(
      fc.property(fc.array(digit, { minLength: 5, maxLength: 5 }), (digits) => {
        const error = Object.assign(withCode(digits.join("")), { table_name: "gift_records" });
        const judged = [isAway(error), isBlocked(error), isOwnFault(error, OWN)].filter(Boolean);
        expect(judged.length).toBeLessThanOrEqual(1);
        if (isOwnFault(error, OWN)) expect(error.code).toMatch(/^(22...|23514)$/);
      }),
    );
  });
});
