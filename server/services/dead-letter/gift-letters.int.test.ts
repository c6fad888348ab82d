import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { findGiftOrder } from "@/db/live/queries/gift-orders";
import { findWallet } from "@/db/live/queries/wallets";
import { tamper } from "@/db/testing/tamper";
import type { DeadLetterDetail, DecideDeadLetterInput } from "@/domain/contracts/dead-letters";
import type { BizError } from "@/domain/contracts/errors";
import { ALL_BUCKETS, bucketOf } from "@/domain/rules/bucket";
import type { RedisClient } from "@/platform/redis/client";
import { giftStreamKey, walletKey } from "@/platform/redis/keys";
import { Caches } from "@/platform/runtime/caches";
import { FROM_THE_START } from "@/server/queue/bucket-queue";
import { acceptGift, cacheWallet, findCachedWallet } from "@/server/queue/gift-intake";
import { giftQueue } from "@/server/queue/queues";
import { writeGiftEntry } from "@/server/queue/write-gift-entry";
import { listLetters } from "@/server/testing/dead-letters";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { checkInvariants } from "../audit/check-invariants";
import { debitBatch } from "../gift/debit-batch";
import { getGiftStatus } from "../gift/get-gift-status";
import { getWalletFacts } from "../wallet/get-wallet-balance";
import { carryOutDecisions } from "./carry-out-decision";
import { decideDeadLetter } from "./decide-dead-letter";
import { getDeadLetter, getDeadLetters } from "./list-dead-letters";
import { recordGivenUp, setApart } from "./record-dead-letter";

let harness: MoneyHarness;
let blocking: RedisClient;
const operatorId = randomUUID();
beforeAll(async () => {
  harness = await startMoneyHarness();
  blocking = await harness.openRedis({ blocking: true });
});
afterAll(() => harness?.close());
beforeEach(async () => {
  await harness.resources.redis.flushdb();
  await tamper(harness.liveOwnerUrl, "DELETE FROM dead_letters");
});

const operator = (resources = harness.resources) => callBy(resources, operatorId, "operator");
const decide = (
  letter: { id: string } | undefined,
  decision: DecideDeadLetterInput["decision"],
  resources = harness.resources,
): Promise<DeadLetterDetail> =>
  decideDeadLetter(operator(resources), { deadLetterId: letter?.id ?? "", decision, reason: "looked at" });
const look = (letter: { id: string } | undefined) =>
  getDeadLetter(operator(), { deadLetterId: letter?.id ?? "" });
/** What a call came to: the status it left, or the name of the refusal. */
const outcomeOf = (work: Promise<DeadLetterDetail>) =>
  work.then(
    ({ status }) => status,
    (error: BizError) => error.bizName ?? String(error),
  );
const positions = new Map(ALL_BUCKETS.map((bucket) => [bucket, FROM_THE_START]));
const queued = () => giftQueue.readEntries(blocking, positions, 500);
async function debitAll() {
  const entries = await queued();
  const batch = await debitBatch(harness.resources, entries);
  for (const { bucket, id } of entries) await giftQueue.acknowledge(harness.resources.redis, bucket, [id]);
  return batch.gifts;
}
const balanceOf = async (userId: string) => (await findWallet(harness.resources.live, userId))?.balanceCoins;
const cached = (userId: string) => findCachedWallet(harness.resources.redis, userId);
const spentOf = (userId: string) => harness.resources.redis.hget(walletKey(userId), "sp");
const statusOf = async ({ senderId, giftOrderId }: { senderId: string; giftOrderId: string }) =>
  (await getGiftStatus(callBy(harness.resources, senderId), { giftOrderId })).status;

/** An accepted gift of three coins by somebody with ten, set apart; or told failed. */
async function apart({ isTold = false, change = (text: string) => text } = {}) {
  const { resources } = harness;
  const senderId = randomUUID();
  await openWallet(resources, senderId, 10);
  await cacheWallet(resources.redis, senderId, await getWalletFacts(resources, senderId));
  const gift = giftEntry(senderId, { priceCoins: 3 });
  await acceptGift(resources.redis, gift);
  const [entry] = (await queued()).filter(({ item }) => item?.giftOrderId === gift.giftOrderId);
  if (!entry) throw new Error("an entry");
  const raw = change(entry.raw);
  if (isTold) await recordGivenUp(resources, gift, { ...entry, raw }, "for a test");
  else await setApart(resources, "gifts", { ...entry, raw }, "for a test");
  await giftQueue.acknowledge(resources.redis, entry.bucket, [entry.id]);
  const letters = await listLetters(resources, "gifts", entry.bucket);
  return { gift, letter: letters.find(({ entryId }) => entryId === entry.id) };
}
/** Redis as it is for whoever dies, or finds it gone, right after the commit. */
function withoutRedis() {
  const redis: RedisClient = Object.assign(Object.create(harness.resources.redis), { caches: new Caches() });
  redis.sendCommand = () => Promise.reject(new Error("Connection is closed."));
  return { ...harness.resources, redis };
}

describe("a gift that was set apart without anybody being told", () => {
  it("is on its way for its sender, and is tried again with what it reserved", async () => {
    const { gift, letter } = await apart();
    expect(await statusOf(gift)).toBe("pending");
    const spentBefore = await spentOf(gift.senderId);
    expect(await look(letter)).toMatchObject({ actions: ["requeue", "refund"], orderStatus: null });
    expect(await decide(letter, "requeue")).toMatchObject({
      status: "requeued",
      effect: "queued",
      isEffectDue: false,
      decidedBy: operatorId,
      note: "looked at",
      actions: [],
    });
    expect((await queued()).map(({ raw }) => raw)).toEqual([letter?.raw]);
    expect(await cached(gift.senderId)).toMatchObject({ balanceCoins: 10, pendingCoins: 3 });
    expect(await statusOf(gift)).toBe("pending");
    expect(await debitAll()).toMatchObject([{ outcome: { status: "settled", own: true } }]);
    expect(await statusOf(gift)).toBe("settled");
    expect(await cached(gift.senderId)).toMatchObject({ balanceCoins: 7, pendingCoins: 0 });
    expect(await spentOf(gift.senderId)).toBe(spentBefore);
    const actions = await harness.resources.live.sql`
      SELECT action, actor_id, reason FROM operator_actions WHERE subject = ${`dead-letter:${letter?.id}`}`;
    expect(actions).toMatchObject([
      { action: "dead-letter.requeue", actor_id: operatorId, reason: "looked at" },
    ]);
  });

  it("is charged once, whether or not its sender has sent it again meanwhile", async () => {
    const { gift, letter } = await apart();
    await acceptGift(harness.resources.redis, gift);
    await decide(letter, "requeue");
    expect(await queued()).toHaveLength(1);
    await debitAll();
    expect(await balanceOf(gift.senderId)).toBe(7);
    expect(await cached(gift.senderId)).toMatchObject({ pendingCoins: 0 });
  });

  it("is decided once by many at once", async () => {
    for (let i = 0; i < 5; i++) {
      const { gift, letter } = await apart();
      const outcomes = await Promise.all(
        (["requeue", "refund", "requeue", "refund"] as const).map((decision) =>
          outcomeOf(decide(letter, decision)),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === "DEAD_LETTER_CONFLICT")).toHaveLength(3);
      const [won] = outcomes.filter((outcome) => outcome !== "DEAD_LETTER_CONFLICT");
      await debitAll();
      expect(await statusOf(gift)).toBe(won === "requeued" ? "settled" : "failed");
      expect(await balanceOf(gift.senderId)).toBe(won === "requeued" ? 7 : 10);
      expect(await cached(gift.senderId)).toMatchObject({ pendingCoins: 0 });
    }
  });

  it.each(["requeue", "refund"] as const)(
    "is carried out once (%s) when the process dies before Redis hears of it, or before that is noted",
    async (decision) => {
      const { gift, letter } = await apart();
      expect(await decide(letter, decision, withoutRedis())).toMatchObject({ isEffectDue: true });
      expect(await queued()).toEqual([]);
      expect(await outcomeOf(decide(letter, decision))).toBe("DEAD_LETTER_CONFLICT");
      expect(await carryOutDecisions(withoutRedis(), 0)).toBe(1);
      expect(await carryOutDecisions(harness.resources, 0)).toBe(1);
      await tamper(harness.liveOwnerUrl, "UPDATE dead_letters SET is_effect_due = true");
      expect(await carryOutDecisions(harness.resources, 0)).toBe(1);
      expect(await carryOutDecisions(harness.resources, 0)).toBe(0);
      expect(await queued()).toHaveLength(1);
      await debitAll();
      await tamper(harness.liveOwnerUrl, "UPDATE dead_letters SET is_effect_due = true");
      expect(await carryOutDecisions(harness.resources, 0)).toBe(1);
      expect(await debitAll()).toEqual([]);
      expect(await statusOf(gift)).toBe(decision === "requeue" ? "settled" : "failed");
      expect(await balanceOf(gift.senderId)).toBe(decision === "requeue" ? 7 : 10);
      expect(await cached(gift.senderId)).toMatchObject({ pendingCoins: 0 });
    },
  );

  it("reserves anew where the cache has lost the wallet, and the debit decides whether it can be paid", async () => {
    const { gift, letter } = await apart();
    await harness.resources.redis.flushdb();
    await decide(letter, "requeue");
    expect(await cached(gift.senderId)).toMatchObject({ balanceCoins: 10, pendingCoins: 3 });
    expect(await spentOf(gift.senderId)).toMatch(/:3:3$/);
    await postGifts(harness.resources.live.sql, [giftEntry(gift.senderId, { priceCoins: 9 })]);
    expect(await debitAll()).toMatchObject([{ outcome: { status: "failed", reason: "INSUFFICIENT_COINS" } }]);
    expect(await cached(gift.senderId)).toMatchObject({ balanceCoins: 1, pendingCoins: 0 });
    expect(await spentOf(gift.senderId)).toMatch(/:0:0$/);
  });

  it("ends as failed where it is given back: recorded first, told after, nothing charged", async () => {
    const { gift, letter } = await apart();
    expect(await decide(letter, "refund")).toMatchObject({
      status: "refunded",
      effect: "failed",
      orderStatus: "failed",
    });
    expect(await findGiftOrder(harness.resources.live, gift.senderId, gift.giftOrderId)).toMatchObject({
      status: "failed",
      reason: "INTERNAL",
    });
    expect(await debitAll()).toMatchObject([{ outcome: { status: "failed", own: true } }]);
    expect(await statusOf(gift)).toBe("failed");
    expect(await balanceOf(gift.senderId)).toBe(10);
    expect(await cached(gift.senderId)).toMatchObject({ balanceCoins: 10, pendingCoins: 0 });
  });

  it("is never put aside: it needs an end", async () => {
    const { letter } = await apart();
    expect(await outcomeOf(decide(letter, "dismiss"))).toBe("DEAD_LETTER_CONFLICT");
    expect(await look(letter)).toMatchObject({ status: "open" });
  });

  it("has what it reserved released where no table takes its facts", async () => {
    const { gift, letter } = await apart({
      change: (text) => text.replace(/"sentAt":"\d{4}/, '"sentAt":"0000'),
    });
    expect(await decide(letter, "refund")).toMatchObject({ status: "refunded", effect: "released" });
    expect(await cached(gift.senderId)).toMatchObject({ balanceCoins: 10, pendingCoins: 0 });
    expect(await statusOf(gift)).toBe("unknown");
  });
});

describe("a gift whose sender was told that it failed", () => {
  it("is never tried again, and nothing is given back, since nothing was taken", async () => {
    const { gift, letter } = await apart({ isTold: true });
    expect(await look(letter)).toMatchObject({ isTold: true, orderStatus: "failed", actions: ["dismiss"] });
    for (const decision of ["requeue", "refund"] as const)
      expect(await outcomeOf(decide(letter, decision))).toBe("DEAD_LETTER_CONFLICT");
    expect(await decide(letter, "dismiss")).toMatchObject({ status: "dismissed", effect: "nothing" });
    expect(await queued()).toEqual([]);
    expect(await balanceOf(gift.senderId)).toBe(10);
  });

  it("is not tried again either where its record has gone", async () => {
    const { gift, letter } = await apart({ isTold: true });
    await tamper(
      harness.liveOwnerUrl,
      `DELETE FROM gift_failures WHERE gift_order_id = '${gift.giftOrderId}'`,
    );
    expect(await outcomeOf(decide(letter, "requeue"))).toBe("DEAD_LETTER_CONFLICT");
    expect(await decide(letter, "refund")).toMatchObject({ effect: "failed", orderStatus: "failed" });
  });
});

it("gives coins back once where another delivery was paid", async () => {
  const { gift, letter } = await apart();
  await acceptGift(harness.resources.redis, gift);
  await debitAll();
  expect(await balanceOf(gift.senderId)).toBe(7);
  expect(await look(letter)).toMatchObject({ orderStatus: "settled", actions: ["refund", "dismiss"] });
  expect(await outcomeOf(decide(letter, "requeue"))).toBe("DEAD_LETTER_CONFLICT");
  const outcomes = await Promise.all([1, 2, 3].map(() => outcomeOf(decide(letter, "refund"))));
  expect(outcomes.sort()).toEqual(["DEAD_LETTER_CONFLICT", "DEAD_LETTER_CONFLICT", "refunded"]);
  expect(await balanceOf(gift.senderId)).toBe(10);
  expect(await cached(gift.senderId)).toMatchObject({ balanceCoins: 10, pendingCoins: 0 });
  expect(await statusOf(gift)).toBe("refunded");
});

describe("an entry that is no gift", () => {
  it("releases what the order that it names reserved", async () => {
    const { gift, letter } = await apart({ change: (text) => text.replace('"count":1', '"count":"x"') });
    expect(await look(letter)).toMatchObject({ actions: ["refund", "dismiss"], userId: gift.senderId });
    expect(await cached(gift.senderId)).toMatchObject({ pendingCoins: 3 });
    expect(await decide(letter, "refund")).toMatchObject({ status: "refunded", effect: "released" });
    expect(await cached(gift.senderId)).toMatchObject({ balanceCoins: 10, pendingCoins: 0 });
  });

  it("is only put aside where it names nobody", async () => {
    const bucket = bucketOf(randomUUID());
    await harness.resources.redis.xadd(giftStreamKey(bucket), "*", "g", "{broken");
    await debitAll();
    const [letter] = await listLetters(harness.resources, "gifts", bucket);
    expect(await look(letter)).toMatchObject({ fields: ["g", "{broken"], actions: ["dismiss"] });
    for (const decision of ["requeue", "refund"] as const)
      expect(await outcomeOf(decide(letter, decision))).toBe("DEAD_LETTER_CONFLICT");
    expect(await outcomeOf(decide(letter, "dismiss"))).toBe("dismissed");
  });
});

it("is listed newest first, by kind and status, page by page", async () => {
  const letters = [];
  for (let i = 0; i < 5; i++) letters.push((await apart({ isTold: i === 2 })).letter);
  await setApart(harness.resources, "claims", { bucket: 3, id: "1-1", raw: "{}" }, "no claim");
  await decide(letters[2], "dismiss");
  const ids = letters.map((letter) => letter?.id).toReversed();
  const list = (input: object) => getDeadLetters(operator(), { limit: 2, ...input });
  const first = await list({ kind: "gift" });
  const second = await list({ kind: "gift", cursor: first.nextCursor });
  const third = await list({ kind: "gift", cursor: second.nextCursor });
  const pages = [first, second, third].flatMap(({ items }) => items.map(({ deadLetterId }) => deadLetterId));
  expect(pages).toEqual(ids);
  expect(third.nextCursor).toBeNull();
  expect((await list({ status: "dismissed" })).items).toMatchObject([
    { deadLetterId: letters[2]?.id, kind: "gift", coins: 3, isTold: true },
  ]);
  expect((await list({ kind: "claim" })).items).toMatchObject([{ kind: "claim", reason: "no claim" }]);
});

it("keeps what was queued to the letter for whoever tries it again", async () => {
  const sender = randomUUID();
  await openWallet(harness.resources, sender, 5);
  const raw = writeGiftEntry(giftEntry(sender, { senderName: "灯 \\ \u2028 '\"💥" }));
  await setApart(harness.resources, "gifts", { bucket: bucketOf(sender), id: "9-9", raw }, "for a test");
  const [letter] = await listLetters(harness.resources, "gifts", bucketOf(sender));
  await decide(letter, "requeue");
  expect((await queued()).map((entry) => entry.raw)).toEqual([raw]);
  await debitAll();
  expect(await balanceOf(sender)).toBe(4);
});

it("leaves every invariant whole", async () => {
  const results = await checkInvariants(harness.resources);
  expect(results.filter(({ breaches }) => breaches.length > 0)).toEqual([]);
});
