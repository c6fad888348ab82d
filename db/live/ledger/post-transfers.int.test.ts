import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTransaction } from "@/db/transaction";
import { checkInvariants } from "@/server/services/audit/check-invariants";
import { type MoneyHarness, openWallet, startMoneyHarness } from "@/server/testing/money-harness";
import { readWallets } from "./accounts";
import { postTransferOnce, postTransfers, type Transfer } from "./post-transfers";
import { systemAccountOf } from "./system-accounts";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness(6);
});
afterAll(() => harness?.close());

async function walletWith(coins: number): Promise<string> {
  const userId = randomUUID();
  await openWallet(harness.resources, userId, coins);
  return userId;
}
const transfer = (from: string, to: string, coins: number): Transfer => ({
  from,
  to,
  coins,
  type: "adjustment",
  bizId: randomUUID(),
  traceId: "a-trace",
});
const post = (...transfers: Transfer[]) =>
  inTransaction(harness.resources.live.sql, (tx) => postTransfers(tx, transfers));
const postOnce = (one: Transfer) =>
  inTransaction(harness.resources.live.sql, (tx) => postTransferOnce(tx, one));
async function walletsOf(...ids: string[]) {
  const wallets = await readWallets(harness.resources.live.sql, ids);
  return ids.map((id) => wallets.get(id));
}
async function tradesOf(...ids: string[]) {
  return await harness.resources.live.sql`
    SELECT account_id, counter_account_id, trade_type, biz_id, amount_coins::int AS coins, trace_id, created_at
    FROM trades WHERE account_id = ANY(${ids}) AND trace_id = 'a-trace' ORDER BY id`;
}
async function ledgerBreaches() {
  const results = await checkInvariants(harness.resources);
  return results.filter((result) => result.breaches.length > 0);
}

describe("transfers", () => {
  it("become one trade each, and change each account once by what they come to", async () => {
    const [first, second] = [await walletWith(100), await walletWith(0)];
    const at = new Date("2026-01-02T03:04:05.678Z");
    const sent = [
      { ...transfer(first, second, 30), at },
      transfer(second, first, 10),
      transfer(first, second, 5),
    ];
    await post(...sent);
    expect(await walletsOf(first, second)).toEqual([
      { balanceCoins: 75, version: 2, frozen: false },
      { balanceCoins: 25, version: 1, frozen: false },
    ]);
    const trades = await tradesOf(first, second);
    expect(trades).toMatchObject(
      sent.map(({ from, to, bizId, coins }) => ({
        account_id: from,
        counter_account_id: to,
        trade_type: "adjustment",
        biz_id: bizId,
        coins,
      })),
    );
    expect(trades[0]?.created_at).toEqual(at);
    expect(await ledgerBreaches()).toEqual([]);
  });

  it("are all posted or none, when an account is missing, a wallet would fall below zero, or one was posted before", async () => {
    const [rich, poor] = [await walletWith(100), await walletWith(3)];
    const known = transfer(rich, poor, 1);
    await post(known);
    const before = await walletsOf(rich, poor);
    for (const bad of [
      transfer(rich, randomUUID(), 1),
      transfer(randomUUID(), rich, 1),
      transfer(poor, rich, 50),
      known,
      transfer(rich, rich, 1),
      transfer(rich, poor, 0),
      transfer(rich, poor, -1),
      transfer(rich, poor, 0.5),
      transfer(rich, poor, 2 ** 53),
      transfer(rich, poor, Number.NaN),
    ]) {
      await expect(post(transfer(rich, poor, 7), bad)).rejects.toThrow();
    }
    expect(await walletsOf(rich, poor)).toEqual(before);
    expect(await tradesOf(rich, poor)).toHaveLength(1);
    expect(await ledgerBreaches()).toEqual([]);
  });

  it("that may have been posted before are posted once, however often and at once they are asked for", async () => {
    const userId = await walletWith(0);
    const one = transfer(systemAccountOf("promotion", userId), userId, 9);
    const results = await Promise.all(Array.from({ length: 24 }, () => postOnce(one)));
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await postOnce({ ...one, coins: 10 })).toBe(false);
    expect(await walletsOf(userId)).toEqual([{ balanceCoins: 9, version: 1, frozen: false }]);
    expect(await ledgerBreaches()).toEqual([]);
  });

  it("that cross each other wait and never deadlock", async () => {
    const [left, right] = [await walletWith(500), await walletWith(500)];
    const between = (n: number) =>
      n % 2 === 0
        ? [transfer(left, right, 1), transfer(right, systemAccountOf("promotion", left), 1)]
        : [transfer(right, left, 2)];
    await Promise.all(Array.from({ length: 60 }, (_, n) => post(...between(n))));
    const [a, b] = await walletsOf(left, right);
    expect([a?.balanceCoins, b?.balanceCoins]).toEqual([500 - 30 + 60, 500 - 60]);
    expect(await ledgerBreaches()).toEqual([]);
  });

  it("take nothing from a wallet for which somebody else's transfer was waited for", async () => {
    const [payer, payee] = [await walletWith(10), await walletWith(0)];
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, () => post(transfer(payer, payee, 4))),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(await walletsOf(payer, payee)).toMatchObject([{ balanceCoins: 2 }, { balanceCoins: 8 }]);
  });
});
