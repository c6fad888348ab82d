import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  coinsOwed,
  type DisputeState,
  foldStanding,
  isOver,
  isWorse,
  type StopFact,
  UNNAMED_DISPUTE,
} from "./payment-standing";

const PRICE = 600;
const refund = (ref: string, amountFen: number | null, state: "live" | "dead" = "live"): StopFact => ({
  kind: "refund",
  ref,
  state,
  amountFen,
  saidAtMs: 0,
});
const total = (amountFen: number | null): StopFact => ({
  kind: "refund_total",
  ref: "",
  state: "live",
  amountFen,
  saidAtMs: 0,
});
const dispute = (
  state: DisputeState,
  amountFen: number | null = PRICE,
  saidAtMs = 0,
  ref = "dp",
): StopFact => ({ kind: "dispute", ref, state, amountFen, saidAtMs });
const warning: StopFact = { kind: "fraud_warning", ref: "w", state: "live", amountFen: null, saidAtMs: 0 };
const fold = (...facts: StopFact[]) => foldStanding(PRICE, facts);

describe("foldStanding", () => {
  it.each<[string, StopFact[], string, number]>([
    ["nothing", [], "clear", 0],
    ["a part refunded", [refund("a", 100)], "partly_refunded", 100],
    ["two parts", [refund("a", 100), refund("b", 200)], "partly_refunded", 300],
    ["all refunded, in parts", [refund("a", 400), refund("b", 200)], "refunded", 600],
    ["more refunded than was paid", [refund("a", 400), refund("b", 400)], "refunded", 600],
    ["a refund without an amount, or in another currency", [refund("a", null)], "refunded", 600],
    ["a refund that failed", [refund("a", 400), refund("a", 400, "dead")], "clear", 0],
    ["a total and its refunds", [refund("a", 100), total(300), refund("b", 200)], "partly_refunded", 300],
    ["a total of which one failed", [total(300), refund("b", 200, "dead")], "partly_refunded", 100],
    ["an inquiry", [dispute("inquiry")], "inquiry", 0],
    ["an inquiry that ended", [dispute("inquiry"), dispute("inquiry_closed")], "clear", 0],
    ["an inquiry that became a dispute", [dispute("inquiry"), dispute("open")], "disputed", 600],
    ["a dispute over a part", [dispute("open", 250)], "partly_disputed", 250],
    ["a dispute in another currency", [dispute("open", null)], "disputed", 600],
    ["a dispute over more than was paid", [dispute("open", 9_000)], "disputed", 600],
    ["a dispute that was won", [dispute("open"), dispute("won")], "won", 0],
    ["a dispute that was lost", [dispute("open"), dispute("lost")], "lost", 600],
    ["one won and a refund", [dispute("won"), refund("a", 100)], "partly_refunded", 100],
    ["two disputes", [dispute("lost", 100, 0, "a"), dispute("open", 200, 0, "b")], "partly_disputed", 300],
    [
      "a refund and a dispute over the rest",
      [refund("a", 100), dispute("open", 500)],
      "partly_disputed",
      600,
    ],
    ["a warning", [warning], "fraud_warning", 0],
    ["only that there is a dispute", [dispute("open", null, 0, UNNAMED_DISPUTE)], "disputed", 600],
    ["that, and its name", [dispute("open", null, 0, UNNAMED_DISPUTE), dispute("won")], "won", 0],
    [
      "a dispute won and opened again later",
      [dispute("won", 600, 1), dispute("open", 600, 2)],
      "disputed",
      600,
    ],
    ["an earlier word that came later", [dispute("open", 600, 1), dispute("won", 600, 2)], "won", 0],
  ])("knows %s", (_what, facts, name, owedFen) => {
    expect(fold(...facts)).toMatchObject({ name, owedFen });
    expect(fold(...facts.toReversed())).toEqual(fold(...facts));
  });

  const amount = fc.option(fc.integer({ min: -10, max: 900 }));
  const time = fc.integer({ min: 0, max: 3 });
  const fact: fc.Arbitrary<StopFact> = fc.oneof(
    fc.record({
      kind: fc.constant("refund" as const),
      ref: fc.constantFrom("a", "b", "c"),
      state: fc.constantFrom("live" as const, "dead" as const),
      amountFen: amount,
      saidAtMs: time,
    }),
    fc.record({
      kind: fc.constant("refund_total" as const),
      ref: fc.constant("" as const),
      state: fc.constant("live" as const),
      amountFen: amount,
      saidAtMs: time,
    }),
    fc.record({
      kind: fc.constant("dispute" as const),
      ref: fc.constantFrom(UNNAMED_DISPUTE, "d", "e"),
      state: fc.constantFrom<DisputeState[]>("inquiry", "inquiry_closed", "open", "won", "lost"),
      amountFen: amount,
      saidAtMs: time,
    }),
    fc.constant(warning),
  );

  it("depends on nothing but what was said: not on the order, nor on how often, nor on what came in between", () => {
    const told = fc
      .array(fact, { maxLength: 12 })
      .chain((facts) =>
        fc.tuple(
          fc.constant(facts),
          fc.array(fc.nat({ max: Math.max(0, facts.length - 1) }), { maxLength: 12 }),
          fc.shuffledSubarray(facts, { minLength: facts.length }),
        ),
      );
    fc.assert(
      fc.property(told, ([facts, again, shuffled]) => {
        const repeated = again.flatMap((i) => facts[i] ?? []);
        expect(foldStanding(PRICE, [...repeated, ...shuffled, ...repeated])).toEqual(
          foldStanding(PRICE, facts),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("owes no less than nothing and no more than the price, and nothing without a refund or a dispute", () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 12 }), (facts) => {
        const { owedFen, refundedFen, disputedFen, name } = foldStanding(PRICE, facts);
        expect(owedFen).toBe(Math.min(PRICE, refundedFen + disputedFen));
        expect(owedFen).toBeGreaterThanOrEqual(0);
        expect(owedFen).toBeLessThanOrEqual(PRICE);
        if (["clear", "won", "fraud_warning"].includes(name)) expect(owedFen).toBe(0);
      }),
    );
  });

  it("is worse with any word that stops more than before, and with no other", () => {
    expect(isWorse(fold(dispute("inquiry")), fold())).toBe(true);
    expect(isWorse(fold(warning), fold())).toBe(true);
    expect(isWorse(fold(refund("a", 1)), fold())).toBe(true);
    expect(isWorse(fold(refund("a", null), dispute("open")), fold(refund("a", null)))).toBe(true);
    expect(isWorse(fold(dispute("open")), fold(dispute("open"), dispute("inquiry")))).toBe(false);
    expect(isWorse(fold(dispute("open"), dispute("won")), fold(dispute("open")))).toBe(false);
  });

  it("is over for a refund and for what was decided for us, not for a dispute, an inquiry or a warning", () => {
    expect([fold(refund("a", null)), fold(dispute("won")), fold()].map(isOver)).toEqual([true, true, true]);
    const standing = [fold(dispute("lost")), fold(dispute("inquiry")), fold(warning)];
    expect(standing.map(isOver)).toEqual([false, false, false]);
  });
});

describe("coinsOwed", () => {
  it("is all for the whole, none for nothing, and gives no part of a coin away", () => {
    const order = fc.record({
      coins: fc.integer({ min: 1, max: 100_000_000 }),
      amountFen: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    });
    fc.assert(
      fc.property(order, fc.double({ min: 0, max: 1, noNaN: true }), (facts, part) => {
        const owedFen = Math.floor(facts.amountFen * part);
        const coins = coinsOwed(facts, owedFen);
        expect(BigInt(coins) * BigInt(facts.amountFen)).toBeGreaterThanOrEqual(
          BigInt(facts.coins) * BigInt(owedFen),
        );
        expect(coins).toBeLessThanOrEqual(facts.coins);
        expect([coinsOwed(facts, 0), coinsOwed(facts, facts.amountFen)]).toEqual([0, facts.coins]);
      }),
    );
    expect(coinsOwed({ coins: 100, amountFen: 600 }, 1)).toBe(1);
  });
});
