import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PkBooster, PkFold, type PkGift, type PkRule, queueBooster } from "./pk-fold";
import { judgePk, nextByClock, PK_STATES, type PkState } from "./pk-states";

const ROOMS = ["red", "blue"];
const RULE: PkRule = {
  counts: "all",
  giftId: null,
  roomIds: ROOMS,
  fromMs: 1_000,
  toMs: 2_000,
  boosters: [],
};
const gift = (facts: Partial<PkGift> = {}): PkGift => ({
  senderId: "ann",
  anonymous: false,
  roomId: "red",
  giftId: "rose",
  totalCoins: 10,
  sentAtMs: 1_500,
  ...facts,
});
const fold = (gifts: PkGift[], rule: Partial<PkRule> = {}) => {
  const folded = new PkFold({ ...RULE, ...rule });
  for (const one of gifts) folded.add(one);
  return folded.result(3);
};
const anyGift = fc.record({
  senderId: fc.constantFrom("ann", "bob", "cat"),
  anonymous: fc.boolean(),
  roomId: fc.constantFrom("red", "blue", "elsewhere"),
  giftId: fc.constantFrom("rose", "rocket"),
  totalCoins: fc.integer({ min: 1, max: 1_000_000 }),
  sentAtMs: fc.integer({ min: 900, max: 2_100 }),
});
const anyRule = fc.record({
  counts: fc.constantFrom("all" as const, "gift" as const, "senders" as const),
  factorPercent: fc.integer({ min: 100, max: 500 }),
});
const ruleOf = ({ counts, factorPercent }: { counts: PkRule["counts"]; factorPercent: number }): PkRule => ({
  ...RULE,
  counts,
  giftId: counts === "gift" ? "rose" : null,
  boosters: [{ roomId: "red", factorPercent, fromMs: 1_200, toMs: 1_400 }],
});

describe("the score of a battle", () => {
  it("counts from its first moment, and no more at its end", () => {
    const at = (sentAtMs: number) => fold([gift({ sentAtMs })])[0]?.points;
    expect([at(999), at(1_000), at(1_999), at(2_000)]).toEqual([0, 10, 10, 0]);
  });

  it("knows its rooms, its gift and how many people gave", () => {
    const gifts = [gift(), gift({ giftId: "rocket", senderId: "bob" }), gift({ roomId: "elsewhere" })];
    expect(fold(gifts).map(({ points }) => points)).toEqual([20, 0]);
    expect(fold(gifts, { counts: "gift", giftId: "rocket" })[0]?.points).toBe(10);
    expect(fold([...gifts, gift({ anonymous: true })], { counts: "senders" })[0]?.points).toBe(2);
  });

  it("shows the best helpers, without the name of who gives without it", () => {
    const gifts = [gift(), gift({ senderId: "bob", totalCoins: 30, anonymous: true })];
    expect(fold(gifts)[0]?.helpers).toEqual([
      { userId: null, points: 30 },
      { userId: "ann", points: 10 },
    ]);
  });

  it("multiplies within a booster only, and leaves parts of points out", () => {
    const boosters: PkBooster[] = [{ roomId: "red", factorPercent: 150, fromMs: 1_200, toMs: 1_400 }];
    const at = (sentAtMs: number, roomId = "red") =>
      fold([gift({ sentAtMs, roomId, totalCoins: 3 })], { boosters })[roomId === "red" ? 0 : 1]?.points;
    expect([at(1_199), at(1_200), at(1_399), at(1_400), at(1_300, "blue")]).toEqual([3, 4, 4, 3, 3]);
  });

  it("is the same in any order, in any pieces, and with refunds before or after their gifts", () => {
    fc.assert(
      fc.property(
        fc.array(anyGift, { maxLength: 40 }),
        anyRule,
        fc.infiniteStream(fc.nat()),
        (gifts, facts, random) => {
          const refunded = gifts.filter((_, i) => i % 3 === 0);
          const kept = gifts.filter((_, i) => i % 3 !== 0);
          const steps = [
            ...gifts.map((one) => ({ one, sign: 1 })),
            ...refunded.map((one) => ({ one, sign: -1 })),
          ]
            .map((step) => ({ step, place: random.next().value ?? 0 }))
            .sort((a, b) => a.place - b.place);
          const shuffled = new PkFold(ruleOf(facts));
          for (const { step } of steps) {
            if (step.sign > 0) shuffled.add(step.one);
            else shuffled.takeOff(step.one);
            shuffled.result(3);
          }
          const plain = new PkFold(ruleOf(facts));
          for (const one of kept) plain.add(one);
          expect(shuffled.result(3)).toEqual(plain.result(3));
        },
      ),
    );
  });

  it("queues boosters of a side", () => {
    expect(queueBooster([], 5)).toBe(5);
    expect(queueBooster([{ toMs: 3 }], 5)).toBe(5);
    expect(queueBooster([{ toMs: 8 }, { toMs: 20 }], 5)).toBe(20);
  });
});

describe("who won", () => {
  const side = (anchorId: string, points: number, state: "accepted" | "left" | "gone" = "accepted") => ({
    anchorId,
    points,
    state,
  });

  it("is who has most, from the minimum on", () => {
    expect(judgePk([side("a", 5), side("b", 7)], 7)).toEqual({ outcome: "score", winnerId: "b" });
    expect(judgePk([side("a", 5), side("b", 7)], 8)).toEqual({ outcome: "below_minimum", winnerId: null });
    expect(judgePk([side("a", 7), side("b", 7), side("c", 1)], 1)).toEqual({
      outcome: "draw",
      winnerId: null,
    });
  });

  it("is never who left, and is who stayed alone", () => {
    expect(judgePk([side("a", 500, "left"), side("b", 0)], 100)).toEqual({ outcome: "left", winnerId: "b" });
    expect(judgePk([side("a", 500, "gone"), side("b", 3), side("c", 2)], 1).winnerId).toBe("b");
    expect(judgePk([side("a", 5, "left"), side("b", 5, "gone")], 1)).toEqual({
      outcome: "draw",
      winnerId: null,
    });
  });

  it("does not depend on the order of the sides", () => {
    const sides = fc.array(
      fc.record({ points: fc.nat(3), state: fc.constantFrom("accepted" as const, "left" as const) }),
      { minLength: 2, maxLength: 4 },
    );
    fc.assert(
      fc.property(sides, fc.nat(3), (list, minimum) => {
        const named = list.map((facts, i) => ({ ...facts, anchorId: String(i) }));
        const judged = judgePk(named, minimum);
        expect(judgePk(named.toReversed(), minimum)).toEqual(judged);
        const winner = named.find(({ anchorId }) => anchorId === judged.winnerId);
        if (winner) expect(winner.state).toBe("accepted");
      }),
    );
  });
});

describe("the states", () => {
  it("lead from the acceptance to the end, each once", () => {
    const walk = (hasWinner: boolean) => {
      const seen: PkState[] = [];
      for (let state: PkState = "accepted"; state !== "closed"; ) {
        seen.push(state);
        state =
          state === "frozen"
            ? "settled"
            : (nextByClock(state, { durationSeconds: 300, hasWinner })?.state ?? "closed");
      }
      return [...seen, "closed"];
    };
    expect(walk(true)).toEqual(PK_STATES.slice(1));
    expect(walk(false)).toEqual(PK_STATES.slice(1).filter((state) => state !== "punishment"));
    expect(nextByClock("invited", { durationSeconds: 300, hasWinner: false })?.state).toBe("closed");
  });
});
