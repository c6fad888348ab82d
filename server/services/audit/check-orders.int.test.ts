import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { finaliseRain } from "@/db/live/queries/rain-money";
import { tamper } from "@/db/testing/tamper";
import type { CheckKey } from "@/domain/contracts/reconciliation";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { shardCountFor } from "@/domain/rules/rain-shards";
import type { RedisClient } from "@/platform/redis/client";
import { giftOrderKey, giftStreamKey, oldDeadLetterKey } from "@/platform/redis/keys";
import { FROM_THE_START } from "@/server/queue/bucket-queue";
import { acceptGift, cacheWallet, orderFingerprint } from "@/server/queue/gift-intake";
import { claimQueue, giftQueue } from "@/server/queue/queues";
import { claimPacket } from "@/server/queue/rain-claims";
import { loadShards, openShards } from "@/server/queue/rain-shards";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { openRain, type TestRain } from "@/server/testing/rains";
import { carryOutDecisions } from "../dead-letter/carry-out-decision";
import { creditDeadLetter, decideDeadLetter } from "../dead-letter/decide-dead-letter";
import { setApart } from "../dead-letter/record-dead-letter";
import { debitBatch } from "../gift/debit-batch";
import { creditClaims } from "../rain/credit-claims";
import { getWalletFacts } from "../wallet/get-wallet-balance";
import { checkInvariants } from "./check-invariants";

const PACKETS = 8;
let harness: MoneyHarness;
let blocking: RedisClient;
let sender: string;
let rain: TestRain;
const operatorId = randomUUID();
beforeAll(async () => {
  harness = await startMoneyHarness();
  blocking = await harness.openRedis({ blocking: true });
  await owner("ALTER TABLE gift_records ADD CONSTRAINT no_poison CHECK (gift_id <> 'poison')");
});
afterAll(() => harness?.close());
beforeEach(async () => {
  await harness.resources.redis.flushdb();
  await owner(`
    TRUNCATE trades, rain_claims, gift_records, gift_failures, gift_refunds, dead_letters, room_supporters;
    DELETE FROM rains;
    DELETE FROM ledger_accounts WHERE kind = 'wallet';
    UPDATE refund_counter SET last_seq = 0;
    UPDATE gift_buckets SET last_seq = 0;
    UPDATE ledger_accounts SET balance_coins = 0`);
  sender = randomUUID();
  await openWallet(harness.resources, sender, 100);
  await cacheWallet(harness.resources.redis, sender, await getWalletFacts(harness.resources, sender));
  rain = await openRain(harness.resources, { budgetCoins: 80, packetCount: PACKETS });
  const shards = shardsOf(rain);
  await loadShards(harness.resources.redis, shards, rain.amounts, "loader", async () => {});
  await openShards(harness.resources.redis, shards, 60_000);
});

const owner = (statements: string) => tamper(harness.liveOwnerUrl, statements);
const shardsOf = ({ rainId, roomId }: TestRain) => ({
  rainId,
  roomId,
  shardCount: shardCountFor(PACKETS),
  claimsPerViewer: 2,
});
const operator = () => callBy(harness.resources, operatorId, "operator");
const positions = new Map(ALL_BUCKETS.map((bucket) => [bucket, FROM_THE_START]));
const queuedGifts = () => giftQueue.readEntries(blocking, positions, 500);
const queuedClaims = () => claimQueue.readEntries(blocking, positions, 500);
async function send(facts: Parameters<typeof giftEntry>[1] = {}) {
  const gift = giftEntry(sender, facts);
  expect(await acceptGift(harness.resources.redis, gift)).toMatchObject({ kind: "new" });
  return gift;
}
async function debit() {
  const entries = await queuedGifts();
  const { held } = await debitBatch(harness.resources, entries);
  expect(held).toEqual([]);
  for (const { bucket, id } of entries) await giftQueue.acknowledge(harness.resources.redis, bucket, [id]);
}
/** A gift that no table of gifts takes, beside one that goes well: it is given up, and told failed. */
async function giveOneUp() {
  const [poison] = await Promise.all([send({ giftId: "poison" }), send()]);
  await debit();
  return poison;
}
/** A viewer who grabs one packet, which is then in the queue of claims. */
async function grab(userId: string = randomUUID()) {
  const { shardCount, ...rest } = shardsOf(rain);
  const claim = { userId, claimId: randomUUID(), traceId: "t", claimedAt: new Date().toISOString() };
  const won = await claimPacket(harness.resources.redis, { ...rest, shardCount, ...claim }, undefined, false);
  if (won.kind !== "won") throw new Error(`nothing won: ${won.kind}`);
  return { ...claim, rainId: rain.rainId, packetIndex: won.packetIndex, coins: won.coins };
}
async function credit() {
  const entries = await queuedClaims();
  await creditClaims(harness.resources, entries);
  for (const { bucket, id } of entries) await claimQueue.acknowledge(harness.resources.redis, bucket, [id]);
}
/** Takes everything that waits out of its queue and sets it apart. */
async function setAllApart() {
  for (const [queue, entries] of [
    [giftQueue, await queuedGifts()],
    [claimQueue, await queuedClaims()],
  ] as const)
    for (const entry of entries) {
      await setApart(harness.resources, queue.name, entry, "for a test");
      await queue.acknowledge(harness.resources.redis, entry.bucket, [entry.id]);
    }
}
async function letterId(where = "true"): Promise<string> {
  const [row] = await owner(`SELECT id FROM dead_letters WHERE ${where} ORDER BY id DESC LIMIT 1`);
  return String(row?.id);
}
async function breaches() {
  const results = await checkInvariants(harness.resources);
  return results.filter((result) => result.breaches.length > 0);
}
const broken = async (): Promise<CheckKey[]> => (await breaches()).map(({ key }) => key).sort();

describe("nothing is found", () => {
  it("where orders are on their way, ended in whatever way, or set apart", async () => {
    await send();
    expect(await broken()).toEqual([]);
    await debit();
    await giveOneUp();
    await openWallet(harness.resources, sender, 10);
    await send();
    await setAllApart();
    await send();
    expect(await broken()).toEqual([]);
    await decideDeadLetter(operator(), {
      deadLetterId: await letterId("NOT is_told"),
      decision: "requeue",
      reason: "r",
    });
    expect(await broken()).toEqual([]);
    await debit();
    expect(await broken()).toEqual([]);
  });

  it("where packets are on their way, credited, set apart, or paid for by the platform", async () => {
    await grab();
    expect(await broken()).toEqual([]);
    const twice = randomUUID();
    await grab(twice);
    await grab(twice);
    await credit();
    await grab();
    await setAllApart();
    await grab();
    expect(await broken()).toEqual([]);
    await credit();
    await owner(
      `UPDATE rains SET status = 'ending', end_reason = 'finished' WHERE rain_id = '${rain.rainId}'`,
    );
    await finaliseRain(harness.resources.live, { rainId: rain.rainId, poppedPackets: null, traceId: "t" });
    expect(await broken()).toEqual([]);
    await creditDeadLetter(operator(), { deadLetterId: await letterId(), from: "promotion", reason: "r" });
    await owner("DELETE FROM dead_letters");
    expect(await broken()).toEqual([]);
  });

  it("while gifts and packets are dealt with", async () => {
    let stop = false;
    const traffic = (async () => {
      while (!stop) {
        await giveOneUp();
      }
    })();
    const claims = (async () => {
      for (let i = 0; i < PACKETS; i++) {
        await grab();
        if (i % 2) await credit();
        else await setAllApartClaims();
      }
    })();
    for (let i = 0; i < 4; i++) expect(await breaches()).toEqual([]);
    stop = true;
    await Promise.all([traffic, claims]);
    expect(await breaches()).toEqual([]);
  });
});

async function setAllApartClaims() {
  for (const entry of await queuedClaims()) {
    await setApart(harness.resources, "claims", entry, "for a test");
    await claimQueue.acknowledge(harness.resources.redis, entry.bucket, [entry.id]);
  }
}

const faults: [what: string, checks: CheckKey[], plant: () => Promise<unknown>][] = [
  [
    "a failed order that was told has lost its record",
    ["dead-letters", "orders"],
    async () => {
      const { giftOrderId } = await giveOneUp();
      await owner(`DELETE FROM gift_failures WHERE gift_order_id = '${giftOrderId}'`);
    },
  ],
  [
    "a given-up order has lost its record and its dead letter",
    ["orders"],
    async () => {
      await giveOneUp();
      await owner("TRUNCATE gift_failures, dead_letters");
    },
  ],
  [
    "an order is settled in Redis only",
    ["orders"],
    async () => {
      const gift = giftEntry(sender);
      const value = `${orderFingerprint(gift)};settled;;1;1;${gift.traceId};;`;
      await harness.resources.redis.set(giftOrderKey(sender, gift.giftOrderId), value);
    },
  ],
  [
    "an order that was paid for was told failed",
    ["orders"],
    async () => {
      const { giftOrderId } = await send();
      await debit();
      const key = giftOrderKey(sender, giftOrderId);
      const value = (await harness.resources.redis.get(key)) ?? "";
      await harness.resources.redis.set(key, value.replace(";settled;;", ";failed;INTERNAL;"));
    },
  ],
  [
    "an order costs another amount in Redis",
    ["orders"],
    async () => {
      const { giftOrderId } = await send({ priceCoins: 2 });
      await debit();
      const key = giftOrderKey(sender, giftOrderId);
      const value = (await harness.resources.redis.get(key)) ?? "";
      await harness.resources.redis.set(key, value.replace(";2;2;", ";2;4;"));
    },
  ],
  [
    "an order that is on its way was taken out of the queue",
    ["queue"],
    async () => {
      await send();
      for (const { bucket, id } of await queuedGifts())
        await harness.resources.redis.xdel(giftStreamKey(bucket), id);
    },
  ],
  [
    "an order that was set apart has lost its dead letter",
    ["queue"],
    async () => {
      await send();
      await setAllApart();
      await owner("DELETE FROM dead_letters");
    },
  ],
  [
    "a claim was dropped",
    ["won-packets"],
    async () => {
      await grab();
      for (const { bucket, id } of await queuedClaims())
        await claimQueue.acknowledge(harness.resources.redis, bucket, [id]);
    },
  ],
  [
    "a claim was dropped among others, and its winner has another packet",
    ["won-packets"],
    async () => {
      const winner = randomUUID();
      await grab(winner);
      await credit();
      await grab();
      await grab(winner);
      for (const { bucket, id, item } of await queuedClaims())
        if (item?.userId === winner) await claimQueue.acknowledge(harness.resources.redis, bucket, [id]);
    },
  ],
  [
    "a claim that was set apart has lost its dead letter",
    ["won-packets"],
    async () => {
      await grab();
      await setAllApart();
      await owner("DELETE FROM dead_letters");
    },
  ],
  [
    "a gift that was to be tried again was lost on the way",
    ["dead-letters"],
    async () => {
      await send();
      await setAllApart();
      const id = await letterId();
      await decideDeadLetter(operator(), { deadLetterId: id, decision: "requeue", reason: "r" });
      await harness.resources.redis.flushdb();
      await longAgo();
    },
  ],
  [
    "a decision is not carried out",
    ["dead-letters"],
    async () => {
      await send();
      await setAllApart();
      const id = await letterId();
      await decideDeadLetter(operator(), { deadLetterId: id, decision: "refund", reason: "r" });
      await debit();
      await longAgo("is_effect_due = true");
    },
  ],
  [
    "an order that an operator ended has lost its record",
    ["dead-letters"],
    async () => {
      await send();
      await setAllApart();
      const id = await letterId();
      await decideDeadLetter(operator(), { deadLetterId: id, decision: "refund", reason: "r" });
      await debit();
      await harness.resources.redis.flushdb();
      await owner("TRUNCATE gift_failures");
    },
  ],
  [
    "a packet that an operator credited has lost its claim",
    ["balances", "dead-letters", "rains"],
    async () => {
      await grab();
      await setAllApart();
      const id = await letterId();
      await creditDeadLetter(operator(), { deadLetterId: id, from: "escrow", reason: "r" });
      await owner("TRUNCATE rain_claims; DELETE FROM trades WHERE trade_type = 'packet'");
    },
  ],
  [
    "the platform's payment for a packet has another amount",
    ["balances", "dead-letters"],
    async () => {
      await grab();
      await setAllApart();
      await owner(`UPDATE rains SET status = 'ending' WHERE rain_id = '${rain.rainId}'`);
      await finaliseRain(harness.resources.live, { rainId: rain.rainId, poppedPackets: null, traceId: "t" });
      const id = await letterId();
      await creditDeadLetter(operator(), { deadLetterId: id, from: "promotion", reason: "r" });
      await owner(`UPDATE trades SET amount_coins = amount_coins + 1
        WHERE biz_id = (SELECT effect_id FROM dead_letters)`);
    },
  ],
  [
    "a decision has no audit row",
    ["dead-letters"],
    async () => {
      await giveOneUp();
      await owner(`ALTER TABLE dead_letters DISABLE TRIGGER dead_letters_keep;
        UPDATE dead_letters SET status = 'dismissed', effect = 'nothing', decided_by = '${operatorId}', decided_at = now();
        ALTER TABLE dead_letters ENABLE TRIGGER dead_letters_keep`);
    },
  ],
  [
    "a dead letter of an earlier version stays in Redis",
    ["dead-letters"],
    async () => {
      const key = oldDeadLetterKey("gifts", 3);
      await harness.resources.redis.xadd(key, `${Date.now() - 60_000}-0`, "entryId", "1-1", "g", "{}");
    },
  ],
];
/** Lets what was decided be a minute old. */
const longAgo = (also = "is_effect_due = is_effect_due") =>
  owner(`ALTER TABLE dead_letters DISABLE TRIGGER dead_letters_keep;
    UPDATE dead_letters SET ${also}, decided_at = decided_at - interval '1 minute';
    ALTER TABLE dead_letters ENABLE TRIGGER dead_letters_keep`);

it.each(faults)("finds that %s", async (_, checks, plant) => {
  await plant();
  expect(await broken()).toEqual(checks);
});

it("a decision that was cut off is found until the job has carried it out", async () => {
  const gift = await send();
  await setAllApart();
  const deadLetterId = await letterId();
  await decideDeadLetter(operator(), { deadLetterId, decision: "refund", reason: "r" });
  await debit();
  await longAgo("is_effect_due = true");
  const [found] = await breaches();
  expect(found?.breaches).toMatchObject([
    { subject: `dead-letter:${deadLetterId}`, facts: { giftOrderId: gift.giftOrderId, userId: sender } },
  ]);
  await carryOutDecisions(harness.resources, 0);
  expect(await breaches()).toEqual([]);
});
