import { describe, expect, it } from "vitest";
import { parseExactJson } from "@/domain/rules/exact-json";
import { instantOf, quote, refOf, stoppedFen } from "./read-said";
import { readStripeEvent } from "./read-stripe-event";

const read = (json: string) => parseExactJson(json);

describe("what a provider calls a thing", () => {
  it.each([
    ["9007199254740993", "9007199254740992"],
    ["9007199254740993", "9007199254740994"],
    ["1", "1.0"],
    ["1e400", "2e400"],
    ["0", "-0"],
    [`"${"r".repeat(200)}a"`, `"${"r".repeat(200)}b"`],
    ['"re_1\\u0000"', '"re_1"'],
    ['"\\ud800"', '"\\udbff"'],
  ])("differs where a letter differs: %s and %s", (one, other) => {
    expect(refOf(read(one))).not.toBe(refOf(read(other)));
  });

  it.each([
    ["9007199254740993", "9007199254740993"],
    ["12", "12"],
    ['"re_1"', "re_1"],
    ["null", null],
    ['""', null],
    ["{}", null],
  ])("is kept to the letter: %s", (json, ref) => {
    expect(refOf(read(json))).toBe(ref);
  });

  it("is two refunds where their numbers differ beyond what a number holds", () => {
    const event = (id: string) =>
      readStripeEvent(
        read(`{"id":${id},"type":"refund.created","created":1700000000.0,
          "data":{"object":{"id":${id},"object":"refund","charge":"ch_1","amount":1e2,"currency":"cny","status":"succeeded"}}}`),
      ).facts[0];
    const [one, other] = [event("9007199254740993"), event("9007199254740992")];
    expect(one).toMatchObject({ ref: "9007199254740993", eventKey: "9007199254740993/0", amountFen: 100 });
    expect(other).toMatchObject({ ref: "9007199254740992", eventKey: "9007199254740992/0" });
    expect(one?.saidAt?.getTime()).toBe(1_700_000_000_000);
  });
});

describe("an amount that goes back", () => {
  it.each([
    ["100", 100],
    ["100.0", 100],
    ["1e2", 100],
    ["9007199254740993", null],
    ["1e400", null],
    ["-0", null],
    ["99.5", null],
  ])("is told by %s", (json, fen) => {
    expect(stoppedFen(read(json), "cny")).toBe(fen);
  });

  it.each(["9007199254740993", "1e400"])(
    "is heard of with a charge, and is the whole of it: %s",
    (amount) => {
      const { facts } = readStripeEvent(
        read(
          `{"id":"evt_1","type":"charge.updated","data":{"object":{"id":"ch_1","object":"charge","amount_refunded":${amount},"currency":"cny"}}}`,
        ),
      );
      expect(facts).toMatchObject([{ kind: "refund_total", amountFen: null }]);
    },
  );

  it("is quoted as it was written", () => {
    expect(quote({ amount: read("9007199254740993"), other: read("1e400") })).toEqual({
      amount: "9007199254740993",
      other: "1e400",
    });
  });
});

it.each([
  ["1700000000000.0", 1_700_000_000_000],
  ["1e400", undefined],
  ["-0", undefined],
])("an instant of %s", (json, ms) => {
  expect(instantOf(read(json))?.getTime()).toBe(ms);
});
