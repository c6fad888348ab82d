import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DatabaseName } from "@/db/backup/manifest";
import type { QueuedGift } from "@/db/live/ledger/post-gifts";
import { listAlarms } from "@/db/live/queries/alarms";
import { findWallet } from "@/db/live/queries/wallets";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { FROM_THE_START } from "@/server/queue/bucket-queue";
import { acceptGift, cacheWallet, findCachedWallet } from "@/server/queue/gift-intake";
import { giftQueue } from "@/server/queue/queues";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
  userInBucket,
} from "@/server/testing/money-harness";
import { checkInvariants } from "../audit/check-invariants";
import { settleNewGifts } from "../finance/settle-gifts";
import { debitBatch } from "../gift/debit-batch";
import { getGiftStatus } from "../gift/get-gift-status";
import { countNewSupporters } from "../room/count-supporters";
import { backUp } from "./back-up";
import { restoreBackup } from "./restore-backup";

const COINS = 1_000;
const SENDERS = 6;

let harness: MoneyHarness;
let place: string;
let folder: string;
let senders: string[];
beforeEach(async () => {
  harness = await startMoneyHarness();
  place = mkdtempSync(join(tmpdir(), "downpour-drill-"));
  folder = join(place, "backup");
  senders = Array.from({ length: SENDERS }, (_, i) => userInBucket(i % 3));
  for (const sender of senders) {
    await openWallet(harness.resources, sender, COINS);
    const wallet = await findWallet(harness.resources.live, sender);
    if (wallet) await cacheWallet(harness.resources.redis, sender, wallet);
  }
});
afterEach(async () => {
  rmSync(place, { recursive: true, force: true });
  await harness.close();
});

/** Every sender gives one gift of 10 coins, as the web process accepts it. */
async function acceptAll(): Promise<QueuedGift[]> {
  const gifts = senders.map((sender) => giftEntry(sender, { priceCoins: 10 }));
  for (const gift of gifts) {
    const { bucket: _, ...entry } = gift;
    expect(await acceptGift(harness.resources.redis, entry)).toMatchObject({ kind: "new" });
  }
  return gifts;
}

/** Debits all that is in the queue, as the worker does. */
async function drain({ acknowledge = true } = {}): Promise<void> {
  const { resources } = harness;
  const blocking = await harness.openRedis({ blocking: true });
  const positions = new Map(ALL_BUCKETS.map((bucket) => [bucket, FROM_THE_START]));
  const entries = await giftQueue.readEntries(blocking, positions, 500);
  if (entries.length > 0) await debitBatch(resources, entries);
  if (!acknowledge) return;
  for (const { bucket, id } of entries) await giftQueue.acknowledge(resources.redis, bucket, [id]);
}

const settle = () => settleNewGifts(harness.resources, 1_000);
const count = () => countNewSupporters(harness.resources, ALL_BUCKETS);
const statusOf = async ({ senderId, giftOrderId }: QueuedGift) =>
  (await getGiftStatus(callBy(harness.resources, senderId), { giftOrderId })).status;
const restore = (databases: readonly DatabaseName[]) =>
  restoreBackup(harness.resources, {
    folder,
    databases,
    ownerUrls: { live: harness.liveOwnerUrl, finance: harness.financeOwnerUrl },
  });
const balancesOf = async () =>
  await Promise.all(
    senders.map(async (sender) => {
      const [cached, wallet] = await Promise.all([
        findCachedWallet(harness.resources.redis, sender),
        findWallet(harness.resources.live, sender),
      ]);
      if (cached) expect(cached.balanceCoins).toBe(wallet?.balanceCoins);
      return wallet?.balanceCoins;
    }),
  );
const everybody = (coins: number) => senders.map(() => coins);
async function expectCleanBooks(): Promise<void> {
  const broken = (await checkInvariants(harness.resources)).filter(({ breaches }) => breaches.length > 0);
  expect(broken).toEqual([]);
}

/** Gifts before and after a backup, all of them settled; Redis knows of all. */
async function prepare(): Promise<{ before: QueuedGift[]; after: QueuedGift[] }> {
  const before = await acceptAll();
  await drain();
  await settle();
  await count();
  await backUp(harness.resources, folder);
  const after = await acceptAll();
  await drain();
  await settle();
  await count();
  expect(await statusOf(after[0] as QueuedGift)).toBe("settled");
  expect(await balancesOf()).toEqual(everybody(COINS - 20));
  return { before, after };
}

/** After a restore all goes on: what is accepted is posted and settled, balances and boards are right. */
async function expectGoingOn(coinsBefore: number): Promise<void> {
  expect(await balancesOf()).toEqual(everybody(coinsBefore));
  await expectCleanBooks();
  for (const sender of senders) {
    const wallet = await findWallet(harness.resources.live, sender);
    if (wallet) await cacheWallet(harness.resources.redis, sender, wallet);
  }
  const gifts = await acceptAll();
  await drain();
  expect(await settle()).toMatchObject({ settledGifts: SENDERS });
  await count();
  for (const gift of gifts) expect(await statusOf(gift)).toBe("settled");
  expect(await balancesOf()).toEqual(everybody(coinsBefore - 10));
  await expectCleanBooks();
}

describe.each<[string, DatabaseName[]]>([
  ["the live database alone", ["live"]],
  ["both databases, while Redis is kept", ["live", "finance"]],
])("a drill: putting back %s", (_, databases) => {
  it("says what is undone, keeps what waits in the queue, and goes on", async () => {
    const { before, after } = await prepare();
    const { reconciled } = await restore(databases);
    expect(new Set(reconciled.redis.undoneOrders.map((order) => order.giftOrderId))).toEqual(
      new Set(after.map((gift) => gift.giftOrderId)),
    );
    expect(reconciled.lostNumbers).toBe(databases.includes("finance") ? 0 : SENDERS);
    expect(reconciled.audit.flatMap(({ breaches }) => breaches)).toEqual([]);
    const alarms = await listAlarms(harness.resources.live, { all: false, limit: 10 });
    expect(alarms).toMatchObject([
      { kind: "restore.gifts_undone", facts: { toldAndGone: SENDERS, toldCoins: SENDERS * 10 } },
    ]);
    for (const gift of before) expect(await statusOf(gift)).toBe("settled");
    for (const gift of after) expect(await statusOf(gift)).toBe("unknown");
    await expectGoingOn(COINS - 10);
  });

  it("posts once what was accepted and not yet posted, or posted and not yet acknowledged", async () => {
    await prepare();
    const posted = await acceptAll();
    // It died before it took them out of the queue.
    await drain({ acknowledge: false });
    const waiting = await acceptAll();
    const { reconciled } = await restore(databases);
    expect(reconciled.redis.queuedGifts).toBe(2 * SENDERS);
    await drain();
    for (const gift of [...waiting, ...posted]) expect(await statusOf(gift)).toBe("settled");
    await settle();
    await count();
    await expectGoingOn(COINS - 30);
  });

  it("comes to the same when it is done twice", async () => {
    await prepare();
    await restore(databases);
    const { reconciled } = await restore(databases);
    expect(reconciled.redis.undoneOrders).toEqual([]);
    await expectGoingOn(COINS - 10);
  });
});

describe("a restore", () => {
  it("touches nothing while a process of ours is connected or holds a lease", async () => {
    await prepare();
    const { redis } = harness.resources;
    await redis.set("gifts-lease:{b7}", "gift-debit-1");
    await expect(restore(["live", "finance"])).rejects.toThrow("gift-debit-1");
    await redis.del("gifts-lease:{b7}");
    expect(await balancesOf()).toEqual(everybody(COINS - 20));
  });

  it("touches nothing when a file of the backup was changed, or a table has another shape", async () => {
    await prepare();
    const file = join(folder, "finance", "settlement_lines.copy.gz");
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, -1));
    await expect(restore(["live", "finance"])).rejects.toThrow("settlement_lines");
    writeFileSync(file, whole);
    const manifest = join(folder, "backup.json");
    const text = readFileSync(manifest, "utf8");
    writeFileSync(manifest, text.replaceAll(/"shapeHash": "\w+"/g, `"shapeHash": "${"0".repeat(64)}"`));
    await expect(restore(["live", "finance"])).rejects.toThrow("another version");
    expect(await balancesOf()).toEqual(everybody(COINS - 20));
    await expectCleanBooks();
  });

  it("leaves history as protected as it was, with its chain whole, and the database another one", async () => {
    const { sql } = harness.resources.live;
    await sql`
      INSERT INTO operator_actions (actor_id, action, subject, trace_id) VALUES (${randomUUID()}, 'a.b', 'c:d', 't')`;
    const read = () => sql`SELECT incarnation FROM database_incarnation`;
    const triggers = () =>
      sql`SELECT tgrelid::regclass::text AS table, tgname, tgenabled FROM pg_trigger
        WHERE NOT tgisinternal ORDER BY 1, 2`;
    const [incarnation, protection] = [await read(), await triggers()];
    await prepare();
    await restore(["live", "finance"]);
    expect(await triggers()).toEqual(protection);
    expect(await read()).not.toEqual(incarnation);
    await expectCleanBooks();
  });
});
