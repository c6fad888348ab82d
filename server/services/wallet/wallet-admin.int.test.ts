import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Sql } from "@/db/client";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { postTransfers } from "@/db/live/ledger/post-transfers";
import { systemAccountOf } from "@/db/live/ledger/system-accounts";
import { liftFreeze, placeFreeze } from "@/db/live/queries/freeze-wallet";
import { findWallet } from "@/db/live/queries/wallets";
import { inTransaction } from "@/db/transaction";
import { NO_CAPS } from "@/domain/rules/spending";
import { acceptGift, cacheWallet, findCachedWallet, NO_RULES } from "@/server/queue/gift-intake";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { checkInvariants } from "../audit/check-invariants";
import { debitBatch } from "../gift/debit-batch";
import { freezeWallet, unfreezeWallet } from "./freeze-wallet";
import { getWalletBalance, getWalletFacts } from "./get-wallet-balance";
import { findWallets, getWalletDetail } from "./inspect-wallets";
import { recoverCoins } from "./recover-chargeback";
import { getCaps, getCapsPolicy, setCapsOf, setCapsPolicy, setOwnCaps } from "./spending-caps";

let harness: MoneyHarness;
const operatorId = randomUUID();
beforeAll(async () => {
  harness = await startMoneyHarness(16);
  await harness.resources.live.sql`
    INSERT INTO users (id, name, email, role) VALUES (${operatorId}, 'Olga', 'olga@users.invalid', 'operator')`;
});
afterAll(() => harness?.close());
afterEach(async () => {
  const results = await checkInvariants(harness.resources);
  const broken = results.filter((result) => result.key !== "queue" && result.breaches.length > 0);
  if (broken.length > 0) throw new Error(JSON.stringify(broken));
});

const operator = () => callBy(harness.resources, operatorId, "operator");
async function viewerWith(coins: number, name = "viewer"): Promise<string> {
  const id = randomUUID();
  await harness.resources.live.sql`
    INSERT INTO users (id, name, email) VALUES (${id}, ${name}, ${`${id}@users.invalid`})`;
  await openWallet(harness.resources, id, coins);
  return id;
}
const viewer = (id: string) => callBy(harness.resources, id);
const balanceOf = async (id: string) => (await getWalletBalance(viewer(id))).balanceCoins;
const send = (id: string, coins: number) =>
  acceptGift(harness.resources.redis, giftEntry(id, { priceCoins: coins }), { ...NO_RULES, confirmed: true });

describe("freezing", () => {
  it("refuses gifts at once, fails those on their way, and keeps a record of who and why", async () => {
    const id = await viewerWith(100);
    await getWalletBalance(viewer(id));
    const onItsWay = giftEntry(id, { priceCoins: 30 });
    expect(await acceptGift(harness.resources.redis, onItsWay)).toMatchObject({ kind: "new" });
    await freezeWallet(operator(), { userId: id, reason: "stolen card" });
    expect(await send(id, 1)).toEqual({ kind: "frozen" });
    const batch = await debitBatch(harness.resources, [
      { id: "1-1", bucket: onItsWay.bucket, item: onItsWay, raw: JSON.stringify(onItsWay) },
    ]);
    expect(batch.gifts).toMatchObject([{ outcome: { status: "failed", reason: "WALLET_FROZEN" } }]);
    expect(await findCachedWallet(harness.resources.redis, id)).toMatchObject({
      balanceCoins: 100,
      pendingCoins: 0,
    });
    expect(await getWalletBalance(viewer(id))).toMatchObject({ balanceCoins: 100, frozen: true });
    // Again, and letting go again, change and record nothing.
    await freezeWallet(operator(), { userId: id, reason: "again" });
    await unfreezeWallet(operator(), { userId: id, reason: "cleared up" });
    await unfreezeWallet(operator(), { userId: id, reason: "again" });
    expect(await send(id, 1)).toMatchObject({ kind: "new" });
    const { actions } = await getWalletDetail(operator(), { userId: id });
    expect(actions).toMatchObject([
      { action: "wallet.unfreeze", actorName: "Olga", reason: "cleared up" },
      { action: "wallet.freeze", actorName: "Olga", reason: "stolen card" },
    ]);
  });

  it("has reasons of its own, and who lifts one leaves the others", async () => {
    const id = await viewerWith(100);
    const freezes = async () => (await getWalletDetail(operator(), { userId: id })).freezes;
    const payment = { userId: id, source: "payment", subject: randomUUID() } as const;
    const restriction = { userId: id, source: "restriction", subject: randomUUID() } as const;
    const act = { reason: "r", actorId: operatorId, traceId: "t" };
    const { sql } = harness.resources.live;
    const all = [payment, restriction, { userId: id, source: "operator", subject: "" } as const];
    const placed = await Promise.all(
      [...all, ...all].map((one) => sql.begin((tx) => placeFreeze(tx as unknown as Sql, { ...one, ...act }))),
    );
    expect(placed.filter(Boolean)).toHaveLength(3);
    await unfreezeWallet(operator(), { userId: id, reason: "mine" });
    expect((await freezes()).map(({ source }) => source).sort()).toEqual(["payment", "restriction"]);
    await unfreezeWallet(operator(), { userId: id, reason: "the payment's" });
    expect(await freezes()).toMatchObject([{ source: "restriction" }]);
    await unfreezeWallet(operator(), { userId: id, reason: "not mine to lift" });
    expect(await getWalletBalance(viewer(id))).toMatchObject({ frozen: true });
    expect(await send(id, 1)).toEqual({ kind: "frozen" });
    const lift = () => sql.begin((tx) => liftFreeze(tx as unknown as Sql, { ...restriction, ...act }));
    expect(await Promise.all([lift(), lift()])).toEqual(expect.arrayContaining([true, false]));
    expect(await getWalletBalance(viewer(id))).toMatchObject({ frozen: false });
  });

  it("lets go only what the operator has seen", async () => {
    const id = await viewerWith(100);
    await freezeWallet(operator(), { userId: id, reason: "r" });
    const payment = { userId: id, source: "payment", subject: randomUUID() } as const;
    await harness.resources.live.sql.begin((tx) =>
      placeFreeze(tx as unknown as Sql, { ...payment, reason: "r", actorId: operatorId, traceId: "t" }),
    );
    const lift = [{ source: "operator", subject: "" } as const];
    await unfreezeWallet(operator(), { userId: id, reason: "seen", lift });
    await unfreezeWallet(operator(), { userId: id, reason: "seen twice", lift });
    expect(await getWalletBalance(viewer(id))).toMatchObject({ frozen: true });
  });

  it("is not undone by a reader who read before it", async () => {
    const id = await viewerWith(100);
    const before = await getWalletFacts(harness.resources, id);
    await freezeWallet(operator(), { userId: id, reason: "r" });
    await cacheWallet(harness.resources.redis, id, before);
    expect(await send(id, 1)).toEqual({ kind: "frozen" });
    await expect(freezeWallet(operator(), { userId: randomUUID(), reason: "r" })).rejects.toMatchObject({
      bizName: "NOT_FOUND",
    });
  });
});

describe("a viewer's own caps", () => {
  it("get tighter at once and looser a day later, unless an operator does it", async () => {
    const id = await viewerWith(10_000);
    const tight = { ...NO_CAPS, dayCoinsMax: 100 };
    expect(await setOwnCaps(viewer(id), tight)).toMatchObject({ own: tight, next: null });
    expect(await send(id, 101)).toMatchObject({ kind: "capped", maxCoins: 100 });
    const loose = { ...NO_CAPS, dayCoinsMax: 1_000 };
    const planned = await setOwnCaps(viewer(id), loose);
    expect(planned).toMatchObject({ own: tight, next: loose });
    expect(Date.parse(planned.next?.at ?? "") - Date.now()).toBeGreaterThan(23 * 3_600_000);
    expect(await send(id, 101)).toMatchObject({ kind: "capped" });
    // A day later, as the row would then read.
    await harness.resources.live.sql`
      UPDATE spending_caps SET next_at = now() - interval '1 second' WHERE user_id = ${id}`;
    await cacheWallet(harness.resources.redis, id, await getWalletFacts(harness.resources, id));
    expect(await send(id, 101)).toMatchObject({ kind: "new" });
    expect(await getCaps(viewer(id))).toMatchObject({ own: loose, next: null });
    await setCapsOf(operator(), { userId: id, ...NO_CAPS, reason: "asked by phone" });
    expect(await send(id, 2_000)).toMatchObject({ kind: "new" });
    const { actions } = await getWalletDetail(operator(), { userId: id });
    expect(actions).toMatchObject([{ action: "wallet.caps", reason: "asked by phone" }]);
  });

  it("count what was paid, by the database", async () => {
    const id = await viewerWith(1_000);
    await postGifts(harness.resources.live.sql, [
      giftEntry(id, { priceCoins: 30 }),
      giftEntry(id, { priceCoins: 5_000 }),
      giftEntry(id, { priceCoins: 12, sentAt: new Date(Date.now() - 40 * 24 * 3_600_000).toISOString() }),
    ]);
    expect(await getCaps(viewer(id))).toMatchObject({ spentDayCoins: 30, spentMonthCoins: 30 });
  });
});

it("changes the platform's caps with a record", async () => {
  const before = await getCapsPolicy(operator());
  const caps = { giftCoinsMax: 7, dayCoinsMax: null, monthCoinsMax: 70 };
  await setCapsPolicy(operator(), { ...caps, reason: "spring" });
  expect(await getCapsPolicy(operator())).toEqual(caps);
  const [action] = await harness.resources.live.sql`
    SELECT before, after, reason FROM operator_actions WHERE subject = 'policy:spending-caps'`;
  expect(action).toEqual({ before, after: caps, reason: "spring" });
});

describe("recovering what a charged-back payment bought", () => {
  async function chargedBack(userId: string, coins: number): Promise<string> {
    const { live } = harness.resources;
    const paymentId = randomUUID();
    await live.sql`
      INSERT INTO recharge_orders (payment_id, user_id, order_id, product_id, coins, amount_fen, provider, status, trace_id,
        created_at, expires_at, paid_at, charged_back_at)
      VALUES (${paymentId}, ${userId}, ${randomUUID()}, 'coins-60', ${coins}, 600, 'sandbox', 'charged_back', 't', now(),
        now(), now(), now())`;
    const from = systemAccountOf("recharge_clearing", userId);
    await inTransaction(live.sql, (tx) =>
      postTransfers(tx, [{ from, to: userId, type: "recharge", bizId: paymentId, coins, traceId: "t" }]),
    );
    return paymentId;
  }

  it("takes what is there, once, and the rest when there is more", async () => {
    const id = await viewerWith(0);
    const paymentId = await chargedBack(id, 60);
    await postGifts(harness.resources.live.sql, [giftEntry(id, { priceCoins: 45 })]);
    const recoveryId = randomUUID();
    const recover = (which = recoveryId) =>
      recoverCoins(operator(), { recoveryId: which, paymentId, reason: "charge-back" });
    const results = await Promise.all(Array.from({ length: 30 }, () => recover()));
    expect(new Set(results.map((r) => r.coins))).toEqual(new Set([15]));
    expect(await balanceOf(id)).toBe(0);
    await expect(recover(randomUUID())).rejects.toMatchObject({ bizName: "NOTHING_TO_RECOVER" });
    expect((await getWalletDetail(operator(), { userId: id })).chargebacks).toMatchObject([
      { paymentId, coins: 60, recoveredCoins: 15, owedCoins: 45 },
    ]);
    await openWallet(harness.resources, id, 100);
    const more = await Promise.allSettled(Array.from({ length: 20 }, () => recover(randomUUID())));
    expect(more.filter((r) => r.status === "fulfilled")).toMatchObject([
      { value: { coins: 45, owedCoins: 0 } },
    ]);
    expect(await balanceOf(id)).toBe(55);
  });

  it("is refused for a payment that was not charged back, and under another payment's id", async () => {
    const id = await viewerWith(0);
    const [one, two] = [await chargedBack(id, 10), await chargedBack(id, 20)];
    const recoveryId = randomUUID();
    await recoverCoins(operator(), { recoveryId, paymentId: one, reason: "r" });
    await expect(recoverCoins(operator(), { recoveryId, paymentId: two, reason: "r" })).rejects.toMatchObject(
      {
        bizName: "INVALID_INPUT",
      },
    );
    await expect(
      recoverCoins(operator(), { recoveryId: randomUUID(), paymentId: randomUUID(), reason: "r" }),
    ).rejects.toMatchObject({ bizName: "NOT_FOUND" });
    expect((await findWallet(harness.resources.live, id))?.balanceCoins).toBe(20);
  });
});

it("finds wallets by id and by the beginning of a name, taken to the letter", async () => {
  const name = `100%_${randomUUID().slice(0, 4)}`;
  const id = await viewerWith(5, name);
  await viewerWith(5, `100x_${name.slice(5)}`);
  expect(await findWallets(operator(), { text: id })).toMatchObject([
    { userId: id, balanceCoins: 5, frozen: false },
  ]);
  expect(await findWallets(operator(), { text: name.slice(0, 6).toUpperCase() })).toMatchObject([
    { userId: id },
  ]);
  expect(await findWallets(operator(), { text: randomUUID() })).toEqual([]);
});
