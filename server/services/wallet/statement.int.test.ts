import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { postGifts } from "@/db/live/ledger/post-gifts";
import type { StatementItem } from "@/domain/contracts/wallet";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { encodeCursor } from "../cursor";
import { listStatement } from "./list-statement";

let harness: MoneyHarness;
const anchor = randomUUID();
const viewer = randomUUID();

beforeAll(async () => {
  harness = await startMoneyHarness();
  const { sql } = harness.resources.live;
  await sql`INSERT INTO users (id, name, email) VALUES (${anchor}, 'Anchor', ${`${anchor}@example.test`})`;
  await openWallet(harness.resources, viewer, 1_000);
});
afterAll(() => harness?.close());

const read = (cursor?: string) => listStatement(callBy(harness.resources, viewer), { limit: 2, cursor });
const send = (priceCoins: number) =>
  postGifts(harness.resources.live.sql, [giftEntry(viewer, { anchorId: anchor, priceCoins, count: 1 })]);

it("keeps the balance after each trade right while the wallet moves between two pages", async () => {
  for (const coins of [1, 2, 3, 4, 5]) await send(coins);
  const items: StatementItem[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
    await send(100);
  } while (cursor);
  expect(items.map((item) => [item.amountCoins, item.balanceAfterCoins])).toEqual([
    [-5, 985],
    [-4, 990],
    [-3, 994],
    [-2, 997],
    [-1, 999],
    [1_000, 1_000],
  ]);
});

it("goes on from a page that was opened before cursors carried a balance", async () => {
  const [first, second] = (await read()).items;
  const old = await read(encodeCursor(Number(first?.tradeId)));
  expect(old.items[0]).toEqual(second);
  await expect(read(encodeCursor({ id: 1 }))).rejects.toMatchObject({ bizName: "INVALID_INPUT" });
});

it("knows a gift that has left the catalogue by its id, and an anchor who is gone by nothing", async () => {
  const gone = randomUUID();
  const entry = giftEntry(viewer, { anchorId: gone, giftId: "long-gone", priceCoins: 7, count: 3 });
  await postGifts(harness.resources.live.sql, [entry]);
  expect((await read()).items[0]).toMatchObject({
    amountCoins: -21,
    about: { kind: "gift", giftId: "long-gone", nameEn: "long-gone", count: 3, anchor: null },
  });
});
