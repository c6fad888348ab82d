import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { systemAccountId } from "@/db/live/ledger/system-accounts";
import { insertSeedRooms, insertSeedUsers } from "@/db/live/queries/seed";
import type { TopPeriod } from "@/db/live/queries/supporters";
import { EMPTY_WALLET } from "@/db/live/queries/wallets";
import { tamper } from "@/db/testing/tamper";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { giftOrderKey, giftStreamKey, roomTopKey, walletKey } from "@/platform/redis/keys";
import { acceptGift, cacheWallet } from "@/server/queue/gift-intake";
import {
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
  userInBucket,
} from "@/server/testing/money-harness";
import { settleNewGifts } from "../finance/settle-gifts";
import { countNewSupporters } from "../room/count-supporters";
import { readBoard } from "../room/top-board";
import { checkInvariants } from "./check-invariants";

const ANCHOR = "00000000-0000-4000-8000-0000000000c1";
const OTHER = "00000000-0000-4000-8000-0000000000c2";
let harness: MoneyHarness;
let sender: string;

beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());
/** A small world in which all is well: eight gifts to two anchors, in one bucket, settled in two rounds. */
beforeEach(async () => {
  const { redis } = harness.resources;
  await live(`
    TRUNCATE trades, gift_records, gift_failures, room_supporters, supporter_cursors;
    INSERT INTO supporter_cursors (bucket) SELECT generate_series(0, 63);
    DELETE FROM ledger_accounts WHERE kind = 'wallet';
    UPDATE ledger_accounts SET balance_coins = 0;
    UPDATE gift_buckets SET last_seq = 0;`);
  await finance(`
    TRUNCATE settlement_lines, settlement_ranges, anchor_earnings, settlement_cursors;
    INSERT INTO settlement_cursors (bucket) SELECT generate_series(0, 63);`);
  await redis.flushdb();
  sender = userInBucket(5);
  await openWallet(harness.resources, sender, 100);
  for (const round of [0, 1]) {
    const gifts = [0, 1, 2, 3].map((n) =>
      giftEntry(sender, { anchorId: (n + round) % 2 ? ANCHOR : OTHER, priceCoins: n + 1 }),
    );
    await postGifts(harness.resources.live.sql, gifts);
    await settleNewGifts(harness.resources, 1_000);
  }
  await cacheWallet(redis, sender, { ...EMPTY_WALLET, balanceCoins: 80, version: 3 });
});

afterEach(async () => {
  // Constraints that a case dropped come back with what it did undone.
  await live("DELETE FROM trades; UPDATE ledger_accounts SET balance_coins = 0");
  await live(`ALTER TABLE ledger_accounts DROP CONSTRAINT IF EXISTS wallet_not_negative;
    ALTER TABLE ledger_accounts ADD CONSTRAINT wallet_not_negative CHECK (kind <> 'wallet' OR balance_coins >= 0)`);
  await finance(`TRUNCATE settlement_lines, settlement_ranges;
    ALTER TABLE settlement_lines DROP CONSTRAINT IF EXISTS line_adds_up;
    ALTER TABLE settlement_lines ADD CONSTRAINT line_adds_up CHECK (anchor_fen + platform_fen = gross_fen)`);
});

/** Names of what is broken, by their numbers. */
async function broken(): Promise<number[]> {
  const results = await checkInvariants(harness.resources);
  const numbers = results.filter((r) => r.breaches.length > 0).map((r) => Number.parseInt(r.name, 10));
  return [...new Set(numbers)].sort((a, b) => a - b);
}
const live = (statements: string) => tamper(harness.liveOwnerUrl, statements);
const finance = (statements: string) => tamper(harness.financeOwnerUrl, statements);
/** Of the batch that begins with this number of the only bucket in use. */
const ofBatch = (fromSeq: number) =>
  `batch_id = (SELECT batch_id FROM settlement_ranges WHERE bucket = 5 AND from_seq = ${fromSeq})`;
const clearing = systemAccountId("gift_clearing", 5);

it("finds nothing where all is well", async () => {
  expect(await broken()).toEqual([]);
});

it("finds nothing where boards are shown, nor where Redis lost them", async () => {
  await showBoard();
  expect(await broken()).toEqual([]);
  await harness.resources.redis.flushdb();
  expect(await broken()).toEqual([]);
});

it("finds nothing while gifts are on their way and settlement is behind", async () => {
  await acceptGift(harness.resources.redis, giftEntry(sender, { priceCoins: 7 }));
  await postGifts(harness.resources.live.sql, [giftEntry(sender), giftEntry(sender, { priceCoins: 9_999 })]);
  expect(await broken()).toEqual([]);
});

/** Counts the world's gifts and shows the board of their room, as a viewer who looks at it would. */
async function showBoard(): Promise<{ roomId: string; period: TopPeriod }> {
  const { resources } = harness;
  const { roomId } = giftEntry(sender);
  const anchor = {
    id: ANCHOR,
    name: "Aria",
    email: "a@b.c",
    phoneIndex: null,
    phoneCipher: null,
    role: "anchor",
    gender: "female",
  } as const;
  await insertSeedUsers(resources.live, [anchor]);
  const room = { id: roomId, anchorId: ANCHOR, title: "A room", category: "talk", tags: [] };
  await insertSeedRooms(resources.live, [{ ...room, sessionId: null, startedAt: new Date() }]);
  await countNewSupporters(resources, ALL_BUCKETS);
  const period: TopPeriod = { window: "all", id: "" };
  expect(await readBoard(resources, roomId, period)).toEqual([
    { senderId: sender, anonymous: false, coins: 20 },
  ]);
  return { roomId, period };
}

/** What somebody does to the data by hand, and exactly which invariants that breaks. */
const corruptions: [what: string, numbers: number[], corrupt: () => Promise<unknown>][] = [
  [
    "coins appear in a wallet",
    [1, 2, 13],
    () => live(`UPDATE ledger_accounts SET balance_coins = balance_coins + 1 WHERE id = '${sender}'`),
  ],
  [
    "coins move between accounts without a trade",
    [2],
    () =>
      live(`UPDATE ledger_accounts SET balance_coins = balance_coins + 1 WHERE id = '${clearing}';
        UPDATE ledger_accounts SET balance_coins = balance_coins - 1 WHERE id = '${systemAccountId("promotion", 3)}'`),
  ],
  [
    "a trade names an account that does not exist",
    [2],
    () =>
      live(`INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at)
        VALUES ('${randomUUID()}', '${randomUUID()}', 'adjustment', '${randomUUID()}', 1, 't', now())`),
  ],
  [
    "a wallet is overdrawn",
    [3, 13],
    () =>
      live(`ALTER TABLE ledger_accounts DROP CONSTRAINT wallet_not_negative;
        INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at)
        VALUES ('${sender}', '${systemAccountId("promotion", 3)}', 'adjustment', '${randomUUID()}', 81, 't', now());
        UPDATE ledger_accounts SET balance_coins = -1 WHERE id = '${sender}';
        UPDATE ledger_accounts SET balance_coins = 81 WHERE id = '${systemAccountId("promotion", 3)}'`),
  ],
  [
    "a gift has no trade",
    [2, 4],
    () => live("DELETE FROM trades WHERE id = (SELECT max(id) FROM trades WHERE amount_coins = 4)"),
  ],
  [
    "a trade of a gift has another amount",
    [2, 4],
    () =>
      live(
        "UPDATE trades SET amount_coins = 5 WHERE id = (SELECT max(id) FROM trades WHERE amount_coins = 4)",
      ),
  ],
  [
    "a trade of a gift has another trace id",
    [4],
    () => live("UPDATE trades SET trace_id = 'x' WHERE id = (SELECT max(id) FROM trades)"),
  ],
  [
    "a trade has no gift, and its number is missing",
    [4, 5, 6, 7],
    () => live("DELETE FROM gift_records WHERE seq = 8"),
  ],
  [
    "a failed order was paid",
    [4],
    () =>
      live(`INSERT INTO gift_failures SELECT sender_id, gift_order_id, anchor_id, room_id, gift_id, count, price_coins,
          total_coins, 'INTERNAL', trace_id, sent_at, created_at FROM gift_records WHERE seq = 3`),
  ],
  [
    "the counter of a bucket ran ahead of its gifts",
    [5],
    () => live("UPDATE gift_buckets SET last_seq = 9 WHERE bucket = 5"),
  ],
  [
    "numbers have a gap in the middle, though as many as there should be",
    [5, 6, 7],
    () =>
      live(
        "UPDATE gift_records SET seq = 9 WHERE seq = 4; UPDATE gift_buckets SET last_seq = 8 WHERE bucket = 5",
      ),
  ],
  [
    "a gift was changed after it was settled",
    [4, 6, 7],
    () => live("UPDATE gift_records SET price_coins = 2, total_coins = 2 WHERE seq = 1"),
  ],
  [
    "a gift was given to another anchor after it was settled",
    [6, 7],
    () => live(`UPDATE gift_records SET anchor_id = '${ANCHOR}' WHERE anchor_id = '${OTHER}' AND seq <= 4`),
  ],
  [
    "a bucket has no cursor and is never settled",
    [6],
    () => finance("DELETE FROM settlement_cursors WHERE bucket = 17"),
  ],
  [
    "a cursor ran ahead of what was settled",
    [6, 7],
    async () => {
      await postGifts(harness.resources.live.sql, [giftEntry(sender)]);
      await finance("UPDATE settlement_cursors SET last_seq = 9 WHERE bucket = 5");
    },
  ],
  [
    "a batch was settled twice",
    [6, 7, 8],
    () =>
      finance(`INSERT INTO settlement_ranges SELECT 0, bucket, 9, 12 FROM settlement_ranges WHERE from_seq = 5;
        INSERT INTO settlement_lines (batch_id, anchor_id, share_bps, gifts, coins, gross_fen, anchor_fen, platform_fen)
        SELECT 0, anchor_id, share_bps, gifts, coins, gross_fen, anchor_fen, platform_fen FROM settlement_lines
        WHERE ${ofBatch(5)}`),
  ],
  [
    "a line belongs to no batch",
    [6, 7, 8],
    () =>
      finance(`INSERT INTO settlement_lines (batch_id, anchor_id, share_bps, gifts, coins, gross_fen, anchor_fen, platform_fen)
        SELECT 0, anchor_id, share_bps, gifts, coins, gross_fen, anchor_fen, platform_fen FROM settlement_lines
        WHERE ${ofBatch(5)}`),
  ],
  [
    "a range is of another batch",
    [7],
    () => finance("UPDATE settlement_ranges SET batch_id = 0 WHERE from_seq = 5"),
  ],
  [
    "a batch says that it goes further than its lines",
    [7],
    () => finance("UPDATE settlement_ranges SET to_seq = 5 WHERE from_seq = 1"),
  ],
  [
    "a line was lost",
    [6, 7, 8],
    () => finance(`DELETE FROM settlement_lines WHERE ${ofBatch(5)} AND anchor_id = '${ANCHOR}'`),
  ],
  [
    "a line splits otherwise than the share says",
    [7, 8],
    () =>
      finance(`UPDATE settlement_lines SET anchor_fen = anchor_fen + 1, platform_fen = platform_fen - 1
        WHERE ${ofBatch(5)} AND anchor_id = '${ANCHOR}'`),
  ],
  [
    "the parts of a line do not add up",
    [7],
    () =>
      finance(`ALTER TABLE settlement_lines DROP CONSTRAINT line_adds_up;
        UPDATE settlement_lines SET platform_fen = platform_fen + 1 WHERE ${ofBatch(5)} AND anchor_id = '${ANCHOR}'`),
  ],
  [
    "a line counts under another share",
    [7],
    () =>
      finance(`UPDATE settlement_lines SET share_bps = 5001 WHERE ${ofBatch(1)} AND anchor_id = '${ANCHOR}'`),
  ],
  [
    "an anchor earned more than her lines",
    [8],
    () => finance(`UPDATE anchor_earnings SET earned_fen = earned_fen + 1 WHERE anchor_id = '${ANCHOR}'`),
  ],
  [
    "an anchor withdrew more than she earned",
    [8],
    () =>
      finance(
        `UPDATE anchor_earnings SET withdrawn_fen = earned_fen, frozen_fen = 1 WHERE anchor_id = '${ANCHOR}'`,
      ),
  ],
  [
    "earnings of an anchor were lost",
    [8],
    () => finance(`DELETE FROM anchor_earnings WHERE anchor_id = '${OTHER}'`),
  ],
  [
    "a gift waits too long in the queue",
    [11],
    () => harness.resources.redis.xadd(giftStreamKey(9), "1000-1", "g", "{}"),
  ],
  [
    "a gift waits in a queue that nobody reads",
    [11],
    async () => {
      await harness.resources.redis.del(giftStreamKey(9));
      await harness.resources.redis.xadd(giftStreamKey(9), "1000-1", "g", "{}");
    },
  ],
  [
    "a supporter's sum is not what their gifts of the day come to",
    [12],
    async () => {
      await countNewSupporters(harness.resources, ALL_BUCKETS);
      await live("UPDATE room_supporters SET day_coins = day_coins + 1");
    },
  ],
  [
    "gifts were counted twice",
    [12],
    async () => {
      await countNewSupporters(harness.resources, ALL_BUCKETS);
      await live("UPDATE supporter_cursors SET last_seq = 4, last_gift = NULL WHERE bucket = 5");
      await countNewSupporters(harness.resources, ALL_BUCKETS);
    },
  ],
  ["a bucket is never counted", [12], () => live("DELETE FROM supporter_cursors WHERE bucket = 17")],
  [
    "a board shows coins that nobody gave",
    [12],
    async () => {
      const { roomId, period } = await showBoard();
      await harness.resources.redis.zincrby(roomTopKey(roomId, period), 1, sender);
    },
  ],
  [
    "a board lacks a supporter",
    [12],
    async () => {
      const { roomId, period } = await showBoard();
      await harness.resources.redis.zrem(roomTopKey(roomId, period), sender);
    },
  ],
  [
    "the cache says otherwise than the database at the same version",
    [13],
    () => harness.resources.redis.hset(walletKey(sender), "bal", 81),
  ],
  [
    "the cache knows a version that the database does not",
    [13],
    () => harness.resources.redis.hset(walletKey(sender), "ver", 99),
  ],
  [
    "more is reserved than orders reserve",
    [13],
    () => harness.resources.redis.hset(walletKey(sender), "res", 5),
  ],
  [
    "an order is pending without an entry in the queue",
    [11],
    async () => {
      await acceptGift(harness.resources.redis, giftEntry(sender));
      await harness.resources.redis.del(giftStreamKey(5));
    },
  ],
  [
    "coins are reserved for an order that has ended",
    [13, 18],
    async () => {
      const { redis } = harness.resources;
      const order = giftEntry(sender);
      await acceptGift(redis, order);
      const { roomId, giftId, priceCoins, traceId } = order;
      const ended = `${roomId}|${giftId}|1;settled;;${priceCoins};${priceCoins};${traceId};;`;
      await redis.set(giftOrderKey(sender, order.giftOrderId), ended);
    },
  ],
  [
    "other coins are reserved than were queued",
    [13],
    async () => {
      const { redis } = harness.resources;
      const order = giftEntry(sender);
      await acceptGift(redis, order);
      const field = `p:${order.giftOrderId}`;
      const [coins, entryId] = ((await redis.hget(walletKey(sender), field)) as string).split(";");
      await redis.hset(walletKey(sender), field, `${Number(coins) + 1};${entryId}`);
      await redis.hset(walletKey(sender), "res", Number(coins) + 1);
    },
  ],
  [
    "a wallet is frozen in the database only, at the same version",
    [13],
    () => live(`UPDATE ledger_accounts SET frozen_at = now() WHERE id = '${sender}'`),
  ],
  [
    "the cache knows a wallet that does not exist",
    [13],
    () =>
      cacheWallet(harness.resources.redis, randomUUID(), { ...EMPTY_WALLET, balanceCoins: 1, version: 1 }),
  ],
  ["less than nothing is reserved", [13], () => harness.resources.redis.hset(walletKey(sender), "res", -1)],
];

it("finds nothing where an order is on its way", async () => {
  await acceptGift(harness.resources.redis, giftEntry(sender));
  expect(await broken()).toEqual([]);
});

it("names what is at fault with what leads to its cause", async () => {
  const [gift] = await live("SELECT gift_order_id, trace_id FROM gift_records WHERE seq = 3");
  await live("DELETE FROM trades WHERE biz_id = (SELECT gift_order_id FROM gift_records WHERE seq = 3)");
  const results = await checkInvariants(harness.resources);
  const { breaches = [] } = results.find(({ key }) => key === "gift-trades") ?? {};
  expect(breaches).toMatchObject([
    {
      subject: `gift-order:${gift?.gift_order_id}`,
      actual: null,
      facts: { senderId: sender, traceId: gift?.trace_id },
    },
  ]);
});

it.each(corruptions)("sees that %s", async (_, numbers, corrupt) => {
  await corrupt();
  expect(await broken()).toEqual(numbers);
});
