import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { auditRains } from "@/db/live/queries/audit-rains";
import { insertGift } from "@/db/live/queries/gift-catalogue";
import { findRain } from "@/db/live/queries/rains";
import { insertSeedRooms, insertSeedUsers } from "@/db/live/queries/seed";
import { BizError } from "@/domain/contracts/errors";
import type { RainPacket } from "@/domain/contracts/rain";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import type { RedisClient } from "@/platform/redis/client";
import { peekEra } from "@/platform/redis/era";
import { FROM_THE_START } from "@/server/queue/bucket-queue";
import { claimQueue } from "@/server/queue/queues";
import { loadShards, openShards } from "@/server/queue/rain-shards";
import type { Resources } from "@/server/services/context";
import {
  callBy,
  type MoneyHarness,
  openAnchor,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { startLaggingPair, startOlderRedis } from "@/server/testing/older-redis";
import { openRain, type TestRain } from "@/server/testing/rains";
import { getGiftStatus } from "../gift/get-gift-status";
import { sendGift } from "../gift/send-gift";
import { followRedis } from "../redis-era/follow-redis";
import { getWalletFacts } from "../wallet/get-wallet-balance";
import { claimFromRain } from "./claim-from-rain";
import { creditClaims } from "./credit-claims";
import { keepRains } from "./keep-rains";
import { keepRecentWins } from "./recent-wins";

const PACKETS = 66;
let harness: MoneyHarness;
let blocking: RedisClient;
/** Two web processes. */
let webs: Resources[];
let ends: (() => unknown)[];

async function open(url: string): Promise<void> {
  harness = await startMoneyHarness(8, url);
  blocking = await harness.openRedis({ blocking: true });
  webs = await Promise.all(
    [0, 1].map(async () => ({ ...harness.resources, redis: await harness.openRedis() })),
  );
  const stops = [
    ...webs.map((web) => followRedis(web, () => keepRecentWins(web))),
    followRedis(harness.resources),
  ];
  ends.push(
    () => stops.forEach((stop) => stop()),
    () => harness.close(),
  );
}
beforeEach(() => {
  ends = [];
});
afterEach(async () => {
  for (const end of ends.toReversed()) await end();
});

interface Falling extends TestRain {
  code: string;
}
async function letFall(): Promise<Falling> {
  const { live, redis } = harness.resources;
  const rain = await openRain(harness.resources, { budgetCoins: 5_000, packetCount: PACKETS });
  await live.sql`
    UPDATE rains SET started_at = now(), ends_at = now() + interval '60 seconds', announced_status = 'started'
    WHERE rain_id = ${rain.rainId}`;
  // As in a room that is live: nothing else ends it.
  const sessionId = randomUUID();
  await live.sql`UPDATE rooms SET current_session_id = ${sessionId}, live_since = now() WHERE id = ${rain.roomId}`;
  await live.sql`UPDATE rains SET session_id = ${sessionId} WHERE rain_id = ${rain.rainId}`;
  const row = await findRain(live, rain.rainId);
  if (!row) throw new Error("There is no rain.");
  await loadShards(redis, row, rain.amounts, "test", async () => {});
  await openShards(redis, row, 60_000);
  return { ...rain, code: row.code };
}

interface Viewer {
  id: string;
  claimId: string;
  web: Resources;
  shown?: RainPacket | string;
}
const viewersFor = (count: number): Viewer[] =>
  Array.from({ length: count }, (_, i) => ({
    id: randomUUID(),
    claimId: randomUUID(),
    web: webs[i % webs.length] as Resources,
  }));

/** What a viewer is shown: a packet, or by which name it was refused. While it is not known they go on asking. */
async function grab(rain: Falling, viewer: Viewer): Promise<RainPacket | string> {
  const ctx = { ...callBy(harness.resources, viewer.id), redis: viewer.web.redis, env: viewer.web.env };
  const input = { code: rain.code, roomId: rain.roomId, claimId: viewer.claimId };
  return await untilKnown(() => claimFromRain(ctx, input)).catch((error: unknown) => {
    if (error instanceof BizError && isKnown(error)) return error.bizName;
    throw error;
  });
}
const isKnown = (error: unknown) =>
  error instanceof BizError && error.bizName !== "UNAVAILABLE" && error.bizName !== "RATE_LIMITED";

/** Asks again, as clients do, while it is not known what came of it. */
async function untilKnown<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (isKnown(error) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
const grabAll = (rain: Falling, viewers: readonly Viewer[]) =>
  Promise.all(
    viewers.map(async (viewer) => {
      viewer.shown = await grab(rain, viewer);
    }),
  );

/** As packet-credit does it; with `max`, it dies after so many buckets. */
async function credit(max = Number.POSITIVE_INFINITY): Promise<void> {
  const entries = await claimQueue.readEntries(
    blocking,
    new Map(ALL_BUCKETS.map((b) => [b, FROM_THE_START])),
    500,
  );
  const some = entries.slice(0, max);
  await creditClaims(harness.resources, some);
  for (const bucket of ALL_BUCKETS) {
    const ids = some.filter((entry) => entry.bucket === bucket).map(({ id }) => id);
    await claimQueue.acknowledge(harness.resources.redis, bucket, ids);
  }
}
const settled = (era: number) => async () =>
  await expect
    .poll(() => [...webs, harness.resources].map(({ redis }) => peekEra(redis)), { timeout: 20_000 })
    .toEqual([1, 2, 3].map(() => ({ era, isSettled: true })));

async function finish(rain: Falling): Promise<void> {
  await harness.resources.live.sql`
    UPDATE rains SET status = 'ending', ending_at = now(), end_reason = 'finished' WHERE rain_id = ${rain.rainId} AND status = 'started'`;
  await expect
    .poll(
      async () => {
        await credit();
        await keepRains(harness.resources);
        return (await findRain(harness.resources.live, rain.rainId))?.status;
      },
      { timeout: 30_000, interval: 100 },
    )
    .toBe("ended");
}

/** Everybody has just what they were shown, each packet one owner, and the books are even. */
async function expectTruth(rain: Falling, viewers: readonly Viewer[]): Promise<void> {
  const { live } = harness.resources;
  const packets = viewers.flatMap(({ shown }) => (typeof shown === "object" ? [shown.packetIndex] : []));
  expect(new Set(packets).size).toBe(packets.length);
  for (const viewer of viewers) {
    const { balanceCoins } = await getWalletFacts(harness.resources, viewer.id);
    expect(balanceCoins).toBe(typeof viewer.shown === "object" ? viewer.shown.coins : 0);
  }
  const [row] = await live.sql<{ claims: number; coins: number; lost: number }[]>`
    SELECT count(*)::int AS claims, coalesce(sum(coins), 0)::int AS coins,
      (SELECT count(*)::int FROM rain_lost_packets WHERE rain_id = ${rain.rainId}) AS lost
    FROM rain_claims WHERE rain_id = ${rain.rainId}`;
  expect(row).toMatchObject({ claims: packets.length, lost: 0 });
  const now = await findRain(live, rain.rainId);
  expect(now).toMatchObject({ status: "ended", claimedCoins: row?.coins, missingPackets: 0 });
  expect((now?.claimedCoins ?? 0) + (now?.refundedCoins ?? 0)).toBe(rain.budgetCoins);
  expect((await auditRains(live)).differences).toEqual([]);
}

describe("a rain that falls while Redis comes back older", () => {
  it("shows each packet to one person, who gets it, and ends by itself", async () => {
    const redis = await startOlderRedis();
    ends.push(() => redis.stop());
    await open(redis.url);
    const rain = await letFall();
    await settled(0)();
    const viewers = viewersFor(PACKETS + 4);
    const [early, late, rest] = [viewers.slice(0, 10), viewers.slice(10, 36), viewers.slice(36)];
    await grabAll(rain, early);
    await credit(5);
    redis.keep();
    await grabAll(rain, late);
    // Some of them are credited, the others only queued.
    await credit(15);
    const shown = new Map(viewers.map(({ id, shown: packet }) => [id, packet]));
    await redis.goBack();
    await grabAll(rain, rest);
    // Whoever asks again under the same id hears of the same packet.
    await grabAll(rain, [...early, ...late]);
    for (const { id, shown: packet } of [...early, ...late]) expect(packet).toEqual(shown.get(id));
    expect(rest.filter((viewer) => viewer.shown === "RAIN_EMPTY")).toHaveLength(4);
    // Nobody gets more than their number by another id.
    const greedy = { ...(late[0] as Viewer), claimId: randomUUID() };
    expect(await grab(rain, greedy)).toBe("RAIN_ALREADY_CLAIMED");
    await finish(rain);
    await expectTruth(rain, viewers);
  }, 120_000);

  it("lets nobody grab from one that has ended since", async () => {
    const redis = await startOlderRedis();
    ends.push(() => redis.stop());
    await open(redis.url);
    const rain = await letFall();
    await settled(0)();
    const viewers = viewersFor(20);
    await grabAll(rain, viewers.slice(0, 10));
    redis.keep();
    await finish(rain);
    await redis.goBack();
    await grabAll(rain, viewers.slice(10));
    expect(new Set(viewers.slice(10).map(({ shown }) => shown))).toEqual(new Set(["RAIN_ENDED"]));
    await credit();
    await expectTruth(rain, viewers);
  }, 120_000);

  it("holds when a replica that lagged takes over", async () => {
    const pair = await startLaggingPair();
    ends.push(() => pair.stop());
    await open(pair.url);
    const rain = await letFall();
    await settled(0)();
    const viewers = viewersFor(PACKETS);
    await grabAll(rain, viewers.slice(0, 12));
    await credit(6);
    await webs[0]?.redis.wait(1, 5_000);
    await pair.lag();
    await grabAll(rain, viewers.slice(12, 40));
    await credit(20);
    const shown = new Map(viewers.map(({ id, shown: packet }) => [id, packet]));
    await pair.takeOver();
    await grabAll(rain, viewers);
    for (const { id, shown: packet } of viewers.slice(0, 40)) expect(packet).toEqual(shown.get(id));
    await finish(rain);
    await expectTruth(rain, viewers);
  }, 120_000);
});

describe("packets that were popped and are in no queue any more", () => {
  it("go back with the rest after a while, operators are told, and who was shown them is paid by the platform", async () => {
    const redis = await startOlderRedis();
    ends.push(() => redis.stop());
    await open(redis.url);
    const rain = await letFall();
    const viewers = viewersFor(4);
    await grabAll(rain, viewers);
    await credit(3);
    const left = await claimQueue.findWaiting(harness.resources.redis, ALL_BUCKETS);
    for (const bucket of left) await harness.resources.redis.del(`claims:{b${bucket}}`);
    await finish(rain);
    const now = await findRain(harness.resources.live, rain.rainId);
    expect(now).toMatchObject({ claimedCount: 3, missingPackets: 1 });
    expect((now?.claimedCoins ?? 0) + (now?.refundedCoins ?? 0)).toBe(rain.budgetCoins);
    const alarms = await harness.resources.live.sql<{ kind: string }[]>`SELECT kind FROM alarms`;
    expect(alarms.map(({ kind }) => kind).sort()).toEqual(["rain.claims_missing", "rain.packets_lost"]);
    for (const { id, shown } of viewers) {
      const { balanceCoins } = await getWalletFacts(harness.resources, id);
      expect(shown).toMatchObject({ coins: balanceCoins });
    }
    expect((await auditRains(harness.resources.live)).differences).toEqual([]);
  }, 120_000);
});

describe("where replicas are to have it first", () => {
  it("promises neither a packet nor a gift before, and the same id asks again", async () => {
    const pair = await startLaggingPair();
    ends.push(() => pair.stop());
    await open(pair.url);
    const env = { ...harness.resources.env, REDIS_REPLICAS_TO_WAIT: 1 };
    const rain = await letFall();
    await settled(0)();
    const { live } = harness.resources;
    const room = { id: randomUUID(), anchorId: await openAnchor(harness.resources), sessionId: randomUUID() };
    await insertSeedRooms(live, [
      { ...room, title: "A room", category: "talk", tags: [], startedAt: new Date() },
    ]);
    const giftId = "replicated-rose";
    await insertGift(live, {
      giftId,
      nameEn: "Rose",
      nameZh: "玫瑰",
      priceCoins: 5,
      effect: "rose",
      svgaUrl: null,
      sortOrder: 1,
    });
    const senderId = randomUUID();
    await insertSeedUsers(live, [
      {
        id: senderId,
        name: "viewer",
        email: `${senderId}@users.invalid`,
        phoneIndex: null,
        phoneCipher: null,
        role: "viewer",
        gender: "male",
      },
    ]);
    await openWallet(harness.resources, senderId, 100);
    const ctx = { ...callBy(harness.resources, senderId), env };
    const input = { giftOrderId: randomUUID(), roomId: room.id, giftId, count: 1 };
    const claim = { code: rain.code, roomId: rain.roomId, claimId: randomUUID() };

    process.kill(pair.replica.pid, "SIGSTOP");
    await expect(sendGift(ctx, input)).rejects.toMatchObject({ bizName: "UNAVAILABLE" });
    await expect(claimFromRain(ctx, claim)).rejects.toMatchObject({ bizName: "UNAVAILABLE" });
    // It is queued and may be paid: nobody is told that it failed.
    expect((await untilKnown(() => getGiftStatus(ctx, input))).status).toBe("pending");
    process.kill(pair.replica.pid, "SIGCONT");
    expect((await untilKnown(() => sendGift(ctx, input))).status).toBe("pending");
    const packet = await untilKnown(() => claimFromRain(ctx, claim));
    // Whatever was promised is there when the replica takes over, and nothing twice.
    await pair.lag();
    await pair.takeOver();
    await settled(1)();
    expect((await untilKnown(() => getGiftStatus(ctx, input))).status).toBe("pending");
    await credit();
    expect((await getWalletFacts(harness.resources, senderId)).balanceCoins).toBe(100 + packet.coins);
  }, 120_000);
});
