import { afterAll, beforeAll, expect, it } from "vitest";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { LIVE_SAMPLES_MAX } from "@/domain/rules/live-figures";
import { giftStreamKey } from "@/platform/redis/keys";
import { answerTotalsKey, liveSamplesKey } from "@/platform/redis/web-keys";

import {
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
  userInBucket,
} from "@/server/testing/money-harness";
import { getLiveFigures, takeLiveSample } from "./live-figures";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

/** As if the newest sample had been taken ten seconds earlier. */
async function setBack() {
  const { redis } = harness.resources;
  const newest = JSON.parse((await redis.lindex(liveSamplesKey, 0)) ?? "{}") as { at: string };
  const at = new Date(Date.parse(newest.at) - 10_000).toISOString();
  await redis.lset(liveSamplesKey, 0, JSON.stringify({ ...newest, at }));
}

it("shows what came between two looks, and what waits", async () => {
  const { resources } = harness;
  const viewer = userInBucket(3);
  await openWallet(resources, viewer, 10_000);
  expect(await getLiveFigures(resources)).toEqual({ points: [] });
  await takeLiveSample(resources);
  await setBack();
  await postGifts(
    resources.live.sql,
    Array.from({ length: 20 }, () => giftEntry(viewer, { priceCoins: 7 })),
  );
  await resources.redis.hincrby(answerTotalsKey, "errors", 30);
  await resources.redis.xadd(giftStreamKey(3), "*", "entry", "{}");
  await takeLiveSample(resources);
  const { points } = await getLiveFigures(resources);
  expect(points).toHaveLength(1);
  // How long the two looks were apart is for the clock to say; that they are ten seconds or more is not.
  const [point] = points;
  expect(point?.gifts).toBeGreaterThan(0);
  expect(point?.gifts).toBeLessThanOrEqual(2);
  expect(point?.coins).toBeLessThanOrEqual(14);
  expect((point?.coins ?? 0) / (point?.gifts ?? 1)).toBeCloseTo(7, 0);
  expect(point?.errors).toBeGreaterThan(0);
  expect(point).toMatchObject({ waiting: 1, viewers: 0 });
});

it("keeps no more than a quarter of an hour", async () => {
  const { resources } = harness;
  const old = JSON.stringify({ at: "2020-01-01T00:00:00.000Z" });
  await resources.redis.rpush(liveSamplesKey, ...Array.from({ length: 2 * LIVE_SAMPLES_MAX }, () => old));
  await takeLiveSample(resources);
  expect(await resources.redis.llen(liveSamplesKey)).toBe(LIVE_SAMPLES_MAX + 1);
});
