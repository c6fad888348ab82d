import fc from "fast-check";

/** What somebody does at some moment. Numbers stand for one of the world's people or of what was made before, modulo. */
export type Action =
  | { do: "gift"; viewer: number; anchor: number; coins: number; msAgo: number }
  | { do: "repeat-gift"; gift: number }
  | { do: "debit"; count: number; dies: boolean }
  | { do: "settle"; limit: number }
  | { do: "change-share"; anchor: number | null; shareBps: number; inMs: number }
  | { do: "count-supporters" }
  | { do: "refund"; gift: number; copies: number; sameId: boolean }
  | { do: "order-coins"; viewer: number; coins: number }
  | {
      do: "call-back";
      order: number;
      kind: "paid" | "failed" | "charged_back";
      copies: number;
      fault: "none" | "forged" | "wrong-amount" | "replayed";
    }
  | { do: "withdraw"; anchor: number; amountFen: number; copies: number }
  | { do: "decide"; withdrawal: number; approve: boolean }
  | { do: "pay-out"; network: "fine" | "loses calls" | "loses answers"; inSeconds: number }
  | { do: "hold"; anchor: number }
  | { do: "lift"; hold: number }
  | { do: "forget-wallet"; viewer: number };

const index = fc.nat({ max: 20 });

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant("gift" as const),
      viewer: index,
      anchor: index,
      coins: fc.integer({ min: 1, max: 900 }),
      // The clock of a web process may be behind.
      msAgo: fc.integer({ min: 0, max: 40 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("repeat-gift" as const), gift: index }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("debit" as const),
      count: fc.integer({ min: 1, max: 6 }),
      dies: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("settle" as const), limit: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("change-share" as const),
      anchor: fc.option(index),
      shareBps: fc.integer({ min: 0, max: 10_000 }),
      inMs: fc.integer({ min: 1, max: 60 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("refund" as const),
      gift: index,
      copies: fc.integer({ min: 1, max: 3 }),
      sameId: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("count-supporters" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("order-coins" as const),
      viewer: index,
      coins: fc.integer({ min: 1, max: 1_000 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("call-back" as const),
      order: index,
      kind: fc.constantFrom("paid", "paid", "paid", "failed", "charged_back"),
      copies: fc.integer({ min: 1, max: 4 }),
      fault: fc.constantFrom("none", "none", "none", "forged", "wrong-amount", "replayed"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("withdraw" as const),
      anchor: index,
      amountFen: fc.integer({ min: 100, max: 3_000 }),
      copies: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("decide" as const),
      withdrawal: index,
      approve: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("pay-out" as const),
      network: fc.constantFrom("fine", "loses calls", "loses answers"),
      inSeconds: fc.integer({ min: 0, max: 60 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("hold" as const), anchor: index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lift" as const), hold: index }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("forget-wallet" as const), viewer: index }) },
);

/** Steps one after the other; what one step holds happens at the same time. */
export const stepsArbitrary = fc.array(fc.array(action, { minLength: 1, maxLength: 4, size: "max" }), {
  minLength: 30,
  maxLength: 45,
  size: "max",
});
