import { describe, expect, it } from "vitest";
import { fromLocalTime, readFields, toLocalTime, toOrderSearch, writeFields } from "./order-filter";

describe("the filters of orders in an address", () => {
  it("come back as they were written", () => {
    const fields = { status: "failed", viewer: "Ann & Bo", coinsMin: "45", from: "2026-03-01T10:00:00.000Z" };
    expect(readFields(new URLSearchParams(writeFields(fields)))).toEqual(fields);
  });

  it("take the links that name one order", () => {
    expect(readFields(new URLSearchParams("giftOrderId=abc"))).toEqual({ q: "abc" });
    expect(readFields(new URLSearchParams("q=%20abc%20&viewer="))).toEqual({ q: "abc" });
  });

  it.each([
    [{ coinsMin: "many" }, "coinsMin"],
    [{ coinsMax: "-1" }, "coinsMax"],
    [{ coinsMax: "1.5" }, "coinsMax"],
    [{ status: "pending" }, "status"],
    [{ from: "yesterday" }, "from"],
    [{ gift: "NO GIFT" }, "gift"],
    [{ q: "x".repeat(2_000) }, "q"],
  ])("name the field that cannot be read: %j", (fields, wrong) => {
    expect(toOrderSearch(fields)).toEqual({ wrong });
  });

  it("become what the server takes", () => {
    expect(toOrderSearch({ q: "abc", gift: "car", coinsMin: "0", coinsMax: "100" })).toEqual({
      input: { text: "abc", giftId: "car", coinsMin: 0, coinsMax: 100 },
    });
  });

  it("show an instant as local time and read it back to the minute", () => {
    const iso = "2026-03-01T10:20:00.000Z";
    expect(fromLocalTime(toLocalTime(iso))).toBe(iso);
    expect(toLocalTime("nonsense")).toBe("");
    expect(fromLocalTime("")).toBe("");
  });
});
