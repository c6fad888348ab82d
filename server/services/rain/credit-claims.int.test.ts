import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openLiveDb } from "@/db/client";
import { findWallet } from "@/db/live/queries/wallets";
import { tamper } from "@/db/testing/tamper";
import type { RainClaimEntry } from "@/domain/contracts/rain";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { isUnavailable } from "@/domain/rules/driver-errors";
import type { RedisClient } from "@/platform/redis/client";
import { claimStreamKey } from "@/platform/redis/keys";
import { FROM_THE_START, type StreamEntry } from "@/server/queue/bucket-queue";
import { acceptGift, cacheWallet, findCachedWallet } from "@/server/queue/gift-intake";
import { claimQueue } from "@/server/queue/queues";
import { listLetters } from "@/server/testing/dead-letters";
import {
  freezeWallet,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { claimEntry, openRain, type TestRain } from "@/server/testing/rains";
import { getWalletFacts } from "../wallet/get-wallet-balance";
import { creditClaims } from "./credit-claims";

const BUCKET = 11;
let harness: MoneyHarness;
let blocking: RedisClient;
let rain: TestRain;
beforeAll(async () => {
  harness = await startMoneyHarness();
  blocking = await harness.openRedis({ blocking: true });
});
afterAll(() => harness?.close());
beforeEach(async () => {
  await harness.resources.redis.flushdb();
  await tamper(harness.liveOwnerUrl, "DELETE FROM dead_letters");
  rain = await openRain(harness.resources, { budgetCoins: 1_000, packetCount: 20 });
});

async function queue(...claims: (RainClaimEntry | string)[]): Promise<StreamEntry<RainClaimEntry>[]> {
  for (const claim of claims) {
    const text = typeof claim === "string" ? claim : JSON.stringify(claim);
    await harness.resources.redis.xadd(claimStreamKey(BUCKET), "*", "g", text);
  }
  return await read();
}
const read = () =>
  claimQueue.readEntries(blocking, new Map(ALL_BUCKETS.map((b) => [b, FROM_THE_START])), 500);
const balanceOf = async (userId: string) =>
  (await findWallet(harness.resources.live, userId))?.balanceCoins ?? null;
async function deadLetters(): Promise<[reason: string, raw: string][]> {
  const letters = await listLetters(harness.resources, "claims", BUCKET);
  return letters.map(({ reason, raw }) => [reason, raw]);
}

describe("a queued packet", () => {
  it("is credited, and the winner's cached wallet knows it beside what gifts on their way reserve", async () => {
    const { resources } = harness;
    const viewer = randomUUID();
    await openWallet(resources, viewer, 50);
    await cacheWallet(resources.redis, viewer, await getWalletFacts(resources, viewer));
    await acceptGift(resources.redis, giftEntry(viewer, { priceCoins: 30 }));
    const claim = claimEntry(rain, 4, viewer);
    const { wallets, rains } = await creditClaims(resources, await queue(claim));
    const balanceCoins = 50 + claim.coins;
    expect(wallets).toEqual(new Map([[viewer, { balanceCoins, pendingCoins: 30, version: 2 }]]));
    expect(await findCachedWallet(resources.redis, viewer)).toEqual(wallets.get(viewer));
    expect(rains.get(rain.rainId)).toMatchObject({ claimedCount: 1, claimedCoins: claim.coins });
    // The won coins can be spent at once.
    expect(
      await acceptGift(resources.redis, giftEntry(viewer, { priceCoins: 20 + claim.coins })),
    ).toMatchObject({
      kind: "new",
    });
  });

  it("is not hidden by a reader of the wallet who began before and comes to the cache after", async () => {
    const { resources } = harness;
    const viewer = randomUUID();
    await openWallet(resources, viewer, 5);
    await freezeWallet(resources, viewer);
    const before = await getWalletFacts(resources, viewer);
    const claim = claimEntry(rain, 0, viewer);
    await creditClaims(resources, await queue(claim));
    expect(await cacheWallet(resources.redis, viewer, before)).toMatchObject({
      balanceCoins: 5 + claim.coins,
    });
    // What is not known yet, the caps, is asked for before anything is spent.
    expect(await acceptGift(resources.redis, giftEntry(viewer))).toEqual({ kind: "cold" });
    await cacheWallet(resources.redis, viewer, await getWalletFacts(resources, viewer));
    expect(await acceptGift(resources.redis, giftEntry(viewer))).toEqual({ kind: "frozen" });
  });

  it("is credited once when a worker dies before it takes the entry out, and the winner hears of it again", async () => {
    const entries = await queue(claimEntry(rain, 1, randomUUID()), claimEntry(rain, 2, randomUUID()));
    const first = await creditClaims(harness.resources, entries);
    // Died here: whoever takes over reads the same, and Redis may have forgotten the wallets.
    await harness.resources.redis.del(...(await harness.resources.redis.keys("wallet:*")));
    expect(await read()).toEqual(entries);
    expect(await creditClaims(harness.resources, entries)).toEqual(first);
    expect(await deadLetters()).toEqual([]);
    for (const { item } of entries) expect(await balanceOf(item?.userId as string)).toBe(item?.coins);
  });

  it("is credited once by two workers at once that both believe they hold its bucket", async () => {
    const winners = Array.from({ length: 20 }, () => randomUUID());
    const entries = await queue(...winners.map((viewer, i) => claimEntry(rain, i, viewer)));
    await Promise.all([1, 2, 3].map(() => creditClaims(harness.resources, entries)));
    for (const [i, viewer] of winners.entries()) expect(await balanceOf(viewer)).toBe(rain.amounts[i]);
    expect(await deadLetters()).toEqual([]);
  });
});

/** What the platform pays at most in a day for packets that were shown as won and could not be kept. */
async function payForLostPackets(dayCoinsMax: number): Promise<void> {
  await harness.resources.live.sql`
    INSERT INTO policies (key, value, updated_by)
    VALUES ('rain', jsonb_build_object('madeGoodDayCoinsMax', ${dayCoinsMax}::int), ${randomUUID()})
    ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
}

describe("a packet that was shown as won and has another owner", () => {
  const lost = async (userId: string) =>
    await harness.resources.live.sql<{ claimId: string; reason: string; paid: number }[]>`
      SELECT claim_id AS "claimId", reason, paid_coins::int AS paid FROM rain_lost_packets WHERE user_id = ${userId}`;

  it("is paid by the platform once a claim, whatever is repeated, and set apart for nobody", async () => {
    await payForLostPackets(1_000);
    const viewer = randomUUID();
    const claim = claimEntry(rain, 4, viewer);
    const entries = await queue(claimEntry(rain, 4, randomUUID()), claim, claim);
    const { wallets } = await creditClaims(harness.resources, entries);
    expect(wallets.get(viewer)).toMatchObject({ balanceCoins: claim.coins });
    await Promise.all([creditClaims(harness.resources, entries), creditClaims(harness.resources, entries)]);
    expect(await balanceOf(viewer)).toBe(claim.coins);
    expect(await lost(viewer)).toEqual([
      { claimId: claim.claimId, reason: "PACKET_TAKEN", paid: claim.coins },
    ]);
    expect(await deadLetters()).toEqual([]);
  });

  it("is not paid beyond the cap of the day, nor beyond what a viewer may have, nor where the claim has a packet", async () => {
    const { coins } = claimEntry(rain, 5, randomUUID());
    const before = await harness.resources.live
      .sql`SELECT coalesce(sum(paid_coins), 0)::int AS paid FROM rain_lost_packets`;
    await payForLostPackets(before[0]?.paid + coins);
    const [owner, paid, late, keeper] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const kept = claimEntry(rain, 6, keeper);
    await creditClaims(
      harness.resources,
      await queue(
        claimEntry(rain, 5, owner),
        kept,
        // Another packet under the same claim, and another claim of somebody who has all they may have.
        claimEntry(rain, 5, keeper, { claimId: kept.claimId }),
        claimEntry(rain, 5, owner),
        claimEntry(rain, 5, paid),
        claimEntry(rain, 5, late),
      ),
    );
    expect(await balanceOf(keeper)).toBe(kept.coins);
    expect(await balanceOf(owner)).toBe(coins);
    expect(await balanceOf(paid)).toBe(coins);
    expect(await balanceOf(late)).toBeNull();
    expect((await deadLetters()).map(([reason]) => reason)).toEqual(["PACKET_TAKEN", "PACKET_TAKEN"]);
  });
});

describe("an entry that is not credited", () => {
  it("is put aside with its reason, and those beside it are credited", async () => {
    await payForLostPackets(0);
    const [good, other] = [randomUUID(), randomUUID()];
    const forged = claimEntry(rain, 2, randomUUID(), { coins: (rain.amounts[2] as number) + 1 });
    const bad: [string, RainClaimEntry | string][] = [
      ["WRONG_COINS", forged],
      ["NO_SUCH_PACKET", claimEntry(rain, 20, randomUUID())],
      ["UNKNOWN_RAIN", { ...claimEntry(rain, 3, randomUUID()), rainId: randomUUID() }],
      ["PACKET_TAKEN", claimEntry(rain, 0, randomUUID())],
      ["not JSON", "{broken"],
    ];
    const entries = await queue(
      claimEntry(rain, 0, good),
      ...bad.map(([, claim]) => claim),
      claimEntry(rain, 1, other),
    );
    const { wallets } = await creditClaims(harness.resources, entries);
    expect(new Set(wallets.keys())).toEqual(new Set([good, other]));
    expect(new Map(await deadLetters())).toEqual(
      new Map(bad.map(([reason, c]) => [reason, typeof c === "string" ? c : JSON.stringify(c)])),
    );
    expect(await balanceOf(forged.userId)).toBeNull();
  });

  it("is refused where the budget was never put into escrow", async () => {
    const { sql } = harness.resources.live;
    const unpaid = await openRain(harness.resources, { budgetCoins: 10, packetCount: 2, status: "started" });
    await sql`UPDATE rains SET entropy = NULL WHERE rain_id = ${unpaid.rainId}`;
    await creditClaims(harness.resources, await queue(claimEntry(unpaid, 0, randomUUID())));
    expect((await deadLetters()).map(([reason]) => reason)).toEqual(["UNKNOWN_RAIN"]);
  });

  it("fails alone where the database takes none of it, wherever it stands", async () => {
    const claims = Array.from({ length: 13 }, (_, i) => claimEntry(rain, i, randomUUID()));
    // A text that PostgreSQL cannot store.
    (claims[5] as RainClaimEntry).traceId = "\0";
    const { wallets, rains } = await creditClaims(harness.resources, await queue(...claims));
    expect(wallets.size).toBe(12);
    expect(rains.get(rain.rainId)).toMatchObject({ claimedCount: 12 });
    const [[reason, raw] = [], ...others] = await deadLetters();
    expect(others).toEqual([]);
    expect(reason).toMatch(/^FAILED: .*0x00/);
    expect(JSON.parse(raw ?? "")).toEqual(claims[5]);
    for (const [i, { userId, coins }] of claims.entries())
      expect(await balanceOf(userId)).toBe(i === 5 ? null : coins);
  });

  it("waits, with all others, while the database is away", async () => {
    const away = openLiveDb(harness.liveUrl.replace(/:(\d+)\//, ":1/"), {
      poolMax: 1,
      applicationName: "test",
    });
    const entries = await queue(claimEntry(rain, 0, randomUUID()), claimEntry(rain, 0, randomUUID()));
    await expect(creditClaims({ ...harness.resources, live: away }, entries)).rejects.toSatisfy(
      isUnavailable,
    );
    await away.close();
    expect(await deadLetters()).toEqual([]);
    expect(await read()).toEqual(entries);
  });
});
