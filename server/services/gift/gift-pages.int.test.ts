import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postGifts } from "@/db/live/ledger/post-gifts";
import type { GiftHistoryItem } from "@/domain/contracts/gift";
import type { StatementInput, StatementItem } from "@/domain/contracts/wallet";
import {
  callBy,
  freezeWallet,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { getWalletBalance } from "../wallet/get-wallet-balance";
import { listStatement } from "../wallet/list-statement";
import { getGiftStatus } from "./get-gift-status";
import { listGiftHistory } from "./list-gift-history";

let harness: MoneyHarness;
const anchor = randomUUID();
const viewer = randomUUID();
const other = randomUUID();
const sent: ReturnType<typeof giftEntry>[] = [];

beforeAll(async () => {
  harness = await startMoneyHarness();
  const { sql } = harness.resources.live;
  for (const [id, name] of [
    [anchor, "Anchor"],
    [viewer, "Viewer"],
    [other, "Other"],
  ] as const) {
    await sql`INSERT INTO users (id, name, email) VALUES (${id}, ${name}, ${`${id}@example.test`})`;
  }
  await openWallet(harness.resources, viewer, 70);
  await openWallet(harness.resources, other, 1_000);
  // Batches as they fall: several gifts of one time each, some too dear, some of others, some anonymous.
  for (let batch = 0; batch < 6; batch++) {
    const mine = [0, 1, 2, 3].map((n) =>
      giftEntry(viewer, {
        anchorId: anchor,
        priceCoins: n === 3 ? 500 : batch + 1,
        anonymous: n === 1,
        count: 1,
      }),
    );
    sent.push(...mine);
    await postGifts(sql, [
      ...mine,
      giftEntry(other, { anchorId: anchor, giftOrderId: mine[0]?.giftOrderId }),
    ]);
  }
  await openWallet(harness.resources, viewer, 25);
  await freezeWallet(harness.resources, viewer);
  const frozen = giftEntry(viewer, { anchorId: anchor });
  sent.push(frozen);
  await postGifts(sql, [frozen]);
});
afterAll(() => harness?.close());

const call = (userId: string) => callBy(harness.resources, userId);
async function allPages<T>(
  read: (cursor: string | undefined) => Promise<{ items: T[]; nextCursor: string | null }>,
  limit: number,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await read(cursor);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    expect(page.items).toHaveLength(limit);
    cursor = page.nextCursor;
  }
}
const history = (userId: string, side: "sent" | "received", limit: number) =>
  allPages<GiftHistoryItem>((cursor) => listGiftHistory(call(userId), { side, limit, cursor }), limit);
const statement = (userId: string, limit: number, filter: Partial<StatementInput> = {}) =>
  allPages<StatementItem>((cursor) => listStatement(call(userId), { limit, cursor, ...filter }), limit);

describe.each([1, 2, 3, 7, 100])("in pages of %i", (limit) => {
  it("shows each gift sent once, paid and failed, newest first", async () => {
    const items = await history(viewer, "sent", limit);
    expect(items.map((i) => i.giftOrderId).sort()).toEqual(sent.map((g) => g.giftOrderId).sort());
    expect(items.filter((i) => i.status === "settled")).toHaveLength(18);
    expect(items.filter((i) => i.reason === "INSUFFICIENT_COINS")).toHaveLength(6);
    expect(items[0]).toMatchObject({ reason: "WALLET_FROZEN" });
    expect(items.every((i) => i.counterparty?.nickname === "Anchor")).toBe(true);
  });

  it("shows the anchor each gift received once, without the names of the anonymous", async () => {
    const items = await history(anchor, "received", limit);
    expect(items).toHaveLength(24);
    expect(new Set(items.map((i) => `${i.giftOrderId}/${i.traceId}`)).size).toBe(24);
    expect(items.filter((i) => i.counterparty === null)).toHaveLength(6);
    expect(items.filter((i) => i.counterparty?.nickname === "Other")).toHaveLength(6);
    expect(items.every((i) => i.status === "settled")).toBe(true);
  });

  it("shows each trade once, coins in and coins out, adding up to the balance", async () => {
    const items = await statement(viewer, limit);
    expect(new Set(items.map((i) => i.tradeId)).size).toBe(items.length);
    expect(items.filter((i) => i.type === "gift")).toHaveLength(18);
    expect(items.filter((i) => i.type === "adjustment").map((i) => i.amountCoins)).toEqual([25, 70]);
    expect(items.reduce((sum, i) => sum + i.amountCoins, 0)).toBe(70 - 3 * 21 + 25);
    const ids = items.map((i) => Number(i.tradeId));
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
  });

  it("shows what the wallet held after each trade", async () => {
    const oldestFirst = (await statement(viewer, limit)).toReversed();
    let balanceCoins = 0;
    for (const item of oldestFirst) {
      balanceCoins += item.amountCoins;
      expect(item.balanceAfterCoins).toBe(balanceCoins);
    }
    const { balanceCoins: now } = await getWalletBalance(call(viewer));
    expect(oldestFirst.at(-1)?.balanceAfterCoins).toBe(now);
    // A filter leaves trades out, not their coins.
    const gifts = await statement(viewer, limit, { type: "gift" });
    const whole = new Map(oldestFirst.map((item) => [item.tradeId, item.balanceAfterCoins]));
    expect(gifts).toHaveLength(18);
    for (const item of gifts) expect(item.balanceAfterCoins).toBe(whole.get(item.tradeId));
  });

  it("says which gift went to whom, also that of an order id that two people use", async () => {
    const gifts = await statement(viewer, limit, { type: "gift" });
    for (const item of gifts) {
      expect(item.about).toEqual({
        kind: "gift",
        source: "room",
        unit: "coin",
        giftId: sent[0]?.giftId,
        nameEn: expect.any(String),
        nameZh: expect.any(String),
        count: 1,
        anchor: { userId: anchor, nickname: "Anchor" },
      });
    }
    expect((await statement(viewer, limit, { type: "adjustment" })).map((item) => item.about)).toEqual([
      { kind: "grant" },
      { kind: "grant" },
    ]);
  });
});

it("filters a statement by type and time, the end not included", async () => {
  expect(await statement(viewer, 100, { type: "adjustment" })).toHaveLength(2);
  expect(await statement(viewer, 100, { type: "packet" })).toEqual([]);
  const all = await statement(viewer, 100);
  const newest = all[0]?.at as string;
  const before = await statement(viewer, 100, { to: newest });
  const from = await statement(viewer, 100, { from: newest });
  expect(before.length).toBeLessThan(all.length);
  expect(before.length + from.length).toBe(all.length);
});

it("shows one trace id for one gift wherever it is seen", async () => {
  const trades = new Map((await statement(viewer, 100)).map((t) => [t.bizId, t]));
  const mine = await history(viewer, "sent", 100);
  const received = await history(anchor, "received", 100);
  for (const gift of sent) {
    const own = mine.find((i) => i.giftOrderId === gift.giftOrderId);
    expect(own).toMatchObject({ traceId: gift.traceId, sentAt: gift.sentAt, totalCoins: gift.priceCoins });
    expect(await getGiftStatus(call(viewer), { giftOrderId: gift.giftOrderId })).toMatchObject({
      traceId: gift.traceId,
      status: own?.status,
    });
    if (own?.status !== "settled") continue;
    expect(trades.get(gift.giftOrderId)).toMatchObject({
      traceId: gift.traceId,
      amountCoins: -gift.priceCoins,
    });
    expect(received.some((i) => i.traceId === gift.traceId && i.giftOrderId === gift.giftOrderId)).toBe(true);
  }
});

it("shows nobody the orders and coins of another", async () => {
  const stranger = randomUUID();
  expect(await history(stranger, "sent", 10)).toEqual([]);
  expect(await history(stranger, "received", 10)).toEqual([]);
  expect(await statement(stranger, 10)).toEqual([]);
  // The cursor of one, used by another, still shows only the other's own.
  const page = await listGiftHistory(call(viewer), { side: "sent", limit: 2 });
  const borrowed = await listGiftHistory(call(stranger), {
    side: "sent",
    limit: 2,
    cursor: page.nextCursor ?? undefined,
  });
  expect(borrowed.items).toEqual([]);
});

it.each(["", "x", "bnVsbA", Buffer.from('{"tradeId":"1; DROP","failed":null}').toString("base64url")])(
  "refuses the cursor %j",
  async (cursor) => {
    await expect(listGiftHistory(call(viewer), { side: "sent", limit: 1, cursor })).rejects.toMatchObject({
      bizName: "INVALID_INPUT",
    });
    await expect(listStatement(call(viewer), { limit: 1, cursor })).rejects.toMatchObject({
      bizName: "INVALID_INPUT",
    });
  },
);
