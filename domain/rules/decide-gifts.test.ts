import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideGifts, type GiftToDecide, orderScope, type WalletToDecide } from "./decide-gifts";

const order = (facts: Partial<GiftToDecide>): GiftToDecide => ({
  giftOrderId: "o1",
  senderId: "a",
  totalCoins: 1,
  ...facts,
});
const wallets = (balances: Record<string, number>, frozen: string[] = []) =>
  new Map(
    Object.entries(balances).map(([id, balanceCoins]) => [id, { balanceCoins, frozen: frozen.includes(id) }]),
  );

describe("decideGifts", () => {
  it("lets an order that cannot be paid fail alone", () => {
    const { decisions, spentCoins } = decideGifts(
      [
        order({ giftOrderId: "1", totalCoins: 6 }),
        order({ giftOrderId: "2", totalCoins: 5 }),
        order({ giftOrderId: "3", totalCoins: 1 }),
      ],
      wallets({ a: 5 }),
      new Set(),
    );
    expect(decisions).toEqual([
      { outcome: "failed", reason: "INSUFFICIENT_COINS" },
      { outcome: "settled" },
      { outcome: "failed", reason: "INSUFFICIENT_COINS" },
    ]);
    expect(spentCoins).toEqual(new Map([["a", 5]]));
  });

  it("does not decide again what was posted, or what stands earlier in the batch even if that failed", () => {
    const { decisions, spentCoins } = decideGifts(
      [
        order({ giftOrderId: "posted" }),
        order({ giftOrderId: "dear", totalCoins: 9 }),
        order({ giftOrderId: "dear", totalCoins: 1 }),
      ],
      wallets({ a: 5 }),
      new Set([orderScope("a", "posted")]),
    );
    expect(decisions.map((d) => d.outcome)).toEqual(["posted", "failed", "posted"]);
    expect(spentCoins.size).toBe(0);
  });

  it("scopes an id by its sender", () => {
    const { decisions } = decideGifts(
      [order({ senderId: "a" }), order({ senderId: "b" })],
      wallets({ a: 1, b: 1 }),
      new Set(),
    );
    expect(decisions.map((d) => d.outcome)).toEqual(["settled", "settled"]);
  });

  it("refuses a frozen wallet before it looks at its coins, and a missing one", () => {
    const { decisions } = decideGifts(
      [order({ senderId: "frozen" }), order({ senderId: "nobody" })],
      wallets({ frozen: 0 }, ["frozen"]),
      new Set(),
    );
    expect(decisions).toEqual([
      { outcome: "failed", reason: "WALLET_FROZEN" },
      { outcome: "failed", reason: "INSUFFICIENT_COINS" },
    ]);
  });

  it("agrees with deciding one order after the other, wherever the batch is cut", () => {
    const orders = fc.array(
      fc.record({
        giftOrderId: fc.constantFrom("1", "2", "3", "4", "5", "6", "7", "8"),
        senderId: fc.constantFrom("a", "b", "c", "nobody"),
        totalCoins: fc.integer({ min: 1, max: 12 }),
      }),
      { maxLength: 30 },
    );
    const balances = fc.record({ a: fc.nat(30), b: fc.nat(30), c: fc.nat(30) });
    fc.assert(
      fc.property(orders, balances, fc.nat(30), fc.boolean(), (list, start, cut, cFrozen) => {
        const before = wallets(start, cFrozen ? ["c"] : []);
        const untouched = structuredClone(before);
        // The model: one order, one decision.
        const left = new Map<string, number>(Object.entries(start));
        const posted = new Set<string>();
        const expected = list.map((o) => {
          const scope = `${o.senderId}/${o.giftOrderId}`;
          if (posted.has(scope)) return "posted";
          posted.add(scope);
          if (o.senderId === "c" && cFrozen) return "WALLET_FROZEN";
          const coins = left.get(o.senderId);
          if (coins === undefined || coins < o.totalCoins) return "INSUFFICIENT_COINS";
          left.set(o.senderId, coins - o.totalCoins);
          return "settled";
        });

        const full = list.map(order);
        const first = decideGifts(full.slice(0, cut), before, new Set());
        const between = new Map<string, WalletToDecide>(
          [...before].map(([id, w]) => [
            id,
            { ...w, balanceCoins: w.balanceCoins - (first.spentCoins.get(id) ?? 0) },
          ]),
        );
        const known = new Set(full.slice(0, cut).map((o) => orderScope(o.senderId, o.giftOrderId)));
        const second = decideGifts(full.slice(cut), between, known);
        const got = [...first.decisions, ...second.decisions].map((d) =>
          d.outcome === "failed" ? d.reason : d.outcome,
        );
        expect(got).toEqual(expected);
        for (const [id, wallet] of between) {
          const after = wallet.balanceCoins - (second.spentCoins.get(id) ?? 0);
          expect(after).toBe(left.get(id));
          expect(after).toBeGreaterThanOrEqual(0);
        }
        expect(before).toEqual(untouched);
      }),
    );
  });
});
