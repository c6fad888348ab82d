import { describe, expect, it } from "vitest";
import { type CheckHistoryOptions, checkHistory } from "./check-history";
import type { OperationHistory, Said } from "./history";
import {
  ANN,
  busy,
  claim,
  gift,
  history,
  invoke,
  ok,
  RAIN,
  refused,
  sound,
  status,
  type Tables,
  won,
} from "./sound-run";
import { keyOf, type Rule } from "./violation";

/** One fault is planted in a whole run in small; the checker has to find just that. */
function rulesFound(
  plant: (run: OperationHistory[], tables: Tables) => void,
  options?: CheckHistoryOptions,
): Rule[] {
  const { run, tables } = sound();
  plant(run, tables);
  return [...new Set(checkHistory(run, tables, options).map(({ rule }) => rule))].toSorted();
}
const say = (run: OperationHistory[], id: string, ...said: Said[]) => {
  const index = run.findIndex(({ operation }) => operation.id === id);
  const before = run[index];
  if (!before) throw new Error(`${id} is not in the run.`);
  run[index] = history(before.operation, [...before.events, ...said]);
};
const firstGift = (tables: Tables) => {
  const [row] = tables.gifts.get(keyOf("one", ANN)) ?? [];
  if (!row) throw new Error("The first gift is missing.");
  return row;
};

describe("the checker of histories", () => {
  it("finds nothing where nothing is wrong", () => {
    expect(rulesFound(() => undefined)).toEqual([]);
  });

  const planted: [Rule | Rule[], string, (run: OperationHistory[], tables: Tables) => void][] = [
    [
      ["acknowledged-lost", "unresolved"],
      "accepted, and in no table",
      (run) => run.push(gift("lost", ok("pending"), status("pending"))),
    ],
    [
      ["acknowledged-lost", "failed-not-recorded", "wrong-at-last"],
      "told failed, and recorded nowhere",
      (run) => run.push(gift("lost", ok("pending"), status("failed"))),
    ],
    [
      ["acknowledged-lost", "settled-not-recorded", "wrong-at-last"],
      "told settled, and in no table",
      (run) => run.push(gift("lost", busy, status("settled"))),
    ],
    [
      "acknowledged-lost",
      "accepted, then unknown at last, and in no table",
      (run) => run.push(gift("lost", ok("pending"), status("unknown"))),
    ],
    [
      ["settled-not-recorded", "went-back"],
      "told settled of what failed",
      (run) => {
        run.splice(3, 1, gift("four", ok("pending"), status("settled"), status("failed")));
      },
    ],
    [
      ["failed-but-paid", "wrong-at-last"],
      "told failed, and paid",
      (run) => {
        run.splice(0, 1, gift("one", ok("pending"), status("failed")));
      },
    ],
    [
      "recorded-twice",
      "recorded twice",
      (_, tables) => {
        tables.gifts.set(keyOf("one", ANN), [firstGift(tables), { ...firstGift(tables), seq: 2 }]);
      },
    ],
    ["recorded-twice", "paid, and failed as well", (_, tables) => tables.failures.set(keyOf("one", ANN), 1)],
    [
      "wrong-price",
      "recorded with another price",
      (_, tables) => Object.assign(firstGift(tables), { totalCoins: 20, tradeCoins: 20 }),
    ],
    [
      "paid-not-once",
      "recorded, and no trade",
      (_, tables) => Object.assign(firstGift(tables), { trades: 0, tradeCoins: 0 }),
    ],
    [
      "paid-not-once",
      "recorded once, and two trades",
      (_, tables) => Object.assign(firstGift(tables), { trades: 2, tradeCoins: 20 }),
    ],
    [
      "refused-but-paid",
      "refused each time, and paid",
      (run) => run.splice(0, 1, gift("one", refused, invoke, refused)),
    ],
    ["unresolved", "busy, and nothing told since", (run) => run.push(gift("open", busy))],
    ["unresolved", "busy and paid, and nothing told since", (run) => run.splice(2, 1, gift("three", busy))],
    ["unresolved", "pending for ever", (run) => run.splice(2, 1, gift("three", busy, status("pending")))],
    [
      "wrong-at-last",
      "paid, and told unknown",
      (run) => run.splice(2, 1, gift("three", busy, status("unknown"))),
    ],
    [["wrong-at-last", "went-back"], "settled, then unknown", (run) => say(run, "one", status("unknown"))],
    [
      ["failed-but-paid", "wrong-at-last", "went-back"],
      "settled, then failed",
      (run) => say(run, "one", status("failed")),
    ],
    [
      "went-back",
      "settled, then pending, then settled",
      (run) => say(run, "one", status("pending"), status("settled")),
    ],
    [["unresolved", "went-back"], "settled, then pending", (run) => say(run, "one", status("pending"))],
    ["unasked", "a gift that nobody has sent", (run) => run.splice(1, 1)],
    [
      "gap",
      "a number is missing",
      (_, tables) => (tables.buckets = [{ bucket: 7, lastSeq: 4, records: 3, cursor: 3 }]),
    ],
    [
      "cursor-beyond-feed",
      "settled beyond what there is",
      (_, tables) => (tables.buckets = [{ bucket: 7, lastSeq: 3, records: 3, cursor: 9 }]),
    ],
    ["not-settled-once", "not settled", (_, tables) => tables.ranges.splice(1, 1)],
    [
      "not-settled-once",
      "settled twice",
      (_, tables) => tables.ranges.push({ bucket: 7, fromSeq: 3, toSeq: 5 }),
    ],
    ["not-settled-once", "settled with fewer coins", (_, tables) => (tables.settledCoins = 20)],
    [
      "wrong-balance",
      "a balance that is not the sum of its entries",
      (_, tables) => {
        Object.assign(tables.accounts[0] ?? {}, { balanceCoins: 80 });
        Object.assign(tables.accounts[2] ?? {}, { balanceCoins: -85 });
      },
    ],
    [
      "coins-from-nowhere",
      "coins that nobody gave",
      (_, tables) => tables.accounts.push({ accountId: "x", balanceCoins: 9, entriesCoins: 9 }),
    ],
    ["won-not-credited", "shown as won, and not credited", (_, tables) => tables.claims.splice(0)],
    [
      "won-not-credited",
      "shown with other coins than credited",
      (_, tables) => Object.assign(tables.claims[0] ?? {}, { coins: 6 }),
    ],
    [
      "won-not-credited",
      "credited, and made good besides",
      (_, tables) => tables.madeGood.push({ userId: "bob", claimId: "c1", coins: 5 }),
    ],
    [
      ["packet-shown-twice", "won-not-credited"],
      "one packet shown to two",
      (run) => run.push(claim("c3", "dave", won(0, 5))),
    ],
    [
      "refused-but-credited",
      "refused each time, and credited",
      (_, tables) =>
        tables.claims.push({ rainId: RAIN, packetIndex: 1, userId: "carol", claimId: "c2", coins: 3 }),
    ],
    [
      "packet-credited-twice",
      "one packet credited to two",
      (_, tables) =>
        tables.claims.push({ rainId: RAIN, packetIndex: 0, userId: "erin", claimId: "c9", coins: 5 }),
    ],
    [
      "packet-credited-twice",
      "one claim credited with two packets",
      (_, tables) =>
        tables.claims.push({ rainId: RAIN, packetIndex: 1, userId: "bob", claimId: "c1", coins: 5 }),
    ],
  ];
  it.each(planted)("finds %s: %s", (rules, _, plant) => {
    expect(rulesFound(plant)).toEqual([rules].flat().toSorted());
  });

  it("has a planted fault for every rule", () => {
    const all: Record<Rule, true> = {
      "acknowledged-lost": true,
      "recorded-twice": true,
      "failed-not-recorded": true,
      "failed-but-paid": true,
      "settled-not-recorded": true,
      "refused-but-paid": true,
      unresolved: true,
      "wrong-at-last": true,
      "went-back": true,
      "wrong-price": true,
      "paid-not-once": true,
      "not-settled-once": true,
      "cursor-beyond-feed": true,
      gap: true,
      unasked: true,
      "wrong-balance": true,
      "coins-from-nowhere": true,
      "packet-shown-twice": true,
      "won-not-credited": true,
      "refused-but-credited": true,
      "packet-credited-twice": true,
    };
    expect([...new Set(planted.flatMap(([rules]) => rules))].toSorted()).toEqual(Object.keys(all).toSorted());
  });

  it("takes a packet that was lost and made good", () => {
    expect(
      rulesFound((run, tables) => {
        run.push(claim("c3", "dave", won(0, 5)));
        tables.madeGood.push({ userId: "dave", claimId: "c3", coins: 5 });
      }),
    ).toEqual([]);
  });

  it("a word that was asked for before another was heard may say less", () => {
    const crossed: OperationHistory = {
      operation: { kind: "gift", id: "one", userId: ANN, coins: 10 },
      events: [
        { type: "ok", status: "pending", askedAtMs: 0, atMs: 1 },
        { type: "status", status: "settled", askedAtMs: 3, atMs: 4 },
        { type: "status", status: "pending", askedAtMs: 2, atMs: 5 },
        { type: "status", status: "settled", askedAtMs: 6, atMs: 7 },
      ],
    };
    expect(rulesFound((run) => run.splice(0, 1, crossed))).toEqual([]);
  });

  it("of what a restore has undone only the last word counts, and that has to be right", () => {
    const undone = gift("undone", ok("pending"), status("settled"), status("unknown"));
    const isUndone = ({ operation }: OperationHistory) => operation.id === "undone";
    expect(rulesFound((run) => run.push(undone), { isUndone })).toEqual([]);
    expect(rulesFound((run) => run.push(undone))).toEqual([
      "acknowledged-lost",
      "settled-not-recorded",
      "went-back",
    ]);
    const stillTold = gift("undone", ok("pending"), status("settled"));
    expect(rulesFound((run) => run.push(stillTold), { isUndone })).toEqual(["wrong-at-last"]);
  });
});
