import type { GiftOrderStatus } from "@/domain/contracts/gift";
import type { OperationHistory, Said } from "./history";
import type { MoneyTables } from "./read-tables";
import { keyOf } from "./violation";

/** A run in small in which nothing is wrong, for tests of the checker to plant faults in. */
export const ANN = "ann";
export const RAIN = "rain";
const ESCROW = "clearing";
export type Tables = {
  -readonly [K in keyof MoneyTables]: MoneyTables[K] extends ReadonlyMap<string, infer V>
    ? Map<string, V>
    : MoneyTables[K] extends readonly (infer E)[]
      ? E[]
      : MoneyTables[K];
};

export const ok = (status: GiftOrderStatus): Said => ({ type: "ok", status });
export const status = (told: GiftOrderStatus): Said => ({ type: "status", status: told });
export const invoke: Said = { type: "invoke" };
export const busy: Said = { type: "unknown", why: "UNAVAILABLE" };
export const refused: Said = { type: "fail", refusal: "RATE_LIMITED" };
export const won = (packetIndex: number, coins: number): Said => ({
  type: "won",
  packet: { packetIndex, coins },
});

/** One event after the other, a millisecond each. */
export const history = (
  operation: OperationHistory["operation"],
  said: readonly Said[],
): OperationHistory => ({
  operation,
  events: said.map((one, i) => ({ ...one, askedAtMs: 2 * i, atMs: 2 * i + 1 })),
});
export const gift = (id: string, ...said: Said[]) =>
  history({ kind: "gift", id, userId: ANN, coins: 10 }, [invoke, ...said]);
export const claim = (id: string, userId: string, ...said: Said[]) =>
  history({ kind: "claim", id, userId, rainId: RAIN }, [invoke, ...said]);

/** Three gifts of ten coins, one failed, a packet of five: as it should be. */
export function sound(): { run: OperationHistory[]; tables: Tables } {
  const row = (seq: number) => [{ bucket: 7, seq, totalCoins: 10, trades: 1, tradeCoins: 10 }];
  return {
    run: [
      gift("one", ok("pending"), status("pending"), status("settled")),
      gift("two", busy, invoke, ok("pending"), status("settled"), status("settled")),
      gift("three", busy, status("settled")),
      gift("four", ok("pending"), status("failed")),
      gift("five", refused, invoke, refused),
      gift("six", busy, status("unknown")),
      claim("c1", "bob", busy, invoke, won(0, 5)),
      claim("c2", "carol", { type: "fail", refusal: "RAIN_EMPTY" }),
    ],
    tables: {
      gifts: new Map([
        [keyOf("one", ANN), row(1)],
        [keyOf("two", ANN), row(2)],
        [keyOf("three", ANN), row(3)],
      ]),
      failures: new Map([[keyOf("four", ANN), 1]]),
      buckets: [{ bucket: 7, lastSeq: 3, records: 3, cursor: 3 }],
      ranges: [
        { bucket: 7, fromSeq: 1, toSeq: 2 },
        { bucket: 7, fromSeq: 3, toSeq: 3 },
        { bucket: 8, fromSeq: 1, toSeq: 9 },
      ],
      giftCoins: 30,
      settledCoins: 30,
      accounts: [
        { accountId: ANN, balanceCoins: 70, entriesCoins: 70 },
        { accountId: "bob", balanceCoins: 5, entriesCoins: 5 },
        { accountId: ESCROW, balanceCoins: -75, entriesCoins: -75 },
      ],
      claims: [{ rainId: RAIN, packetIndex: 0, userId: "bob", claimId: "c1", coins: 5 }],
      madeGood: [],
    },
  };
}
