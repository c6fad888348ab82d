import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { parseRateWindows } from "@/domain/rules/rate-limit";
import { sharedCountKey } from "@/platform/redis/web-keys";
import { type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { startWebHarness, type WebHarness } from "@/server/testing/web-harness";
import { SharedLimits } from "./shared-limits";

let harness: MoneyHarness;

beforeAll(async () => {
  harness = await startMoneyHarness();
});
beforeEach(async () => {
  await harness.resources.redis.flushdb();
});
afterAll(() => harness?.close());

/** What one process has of a limit. */
function openProcess(text: string) {
  const limits = new SharedLimits();
  const windows = parseRateWindows(text);
  const limiter = limits.open("calls", () => windows);
  return {
    consume: (calls: number, caller = "1.1.1.1") => limiter.consume(caller, calls, performance.now()) === 0,
    share: (redis = harness.resources.redis) => limits.share(redis),
  };
}

it("adds up what a caller did in all processes", async () => {
  const [one, other] = [openProcess("10/1000"), openProcess("10/1000")];
  expect(one.consume(6)).toBe(true);
  expect(other.consume(4)).toBe(true);
  await one.share();
  await other.share();
  // The other has heard of ten, the first of its own six.
  expect(other.consume(1)).toBe(false);
  expect(one.consume(1)).toBe(true);
  await Promise.all([one.share(), other.share()]);
  expect(one.consume(1)).toBe(false);
  expect(one.consume(10, "2.2.2.2")).toBe(true);
});

it("ends the window for all when the first of them ends", async () => {
  const [one, other] = [openProcess("2/1"), openProcess("2/1")];
  one.consume(2);
  await one.share();
  other.consume(2);
  await other.share();
  expect(other.consume(1)).toBe(false);
  expect(await harness.resources.redis.pttl(sharedCountKey("calls", 1, "1.1.1.1"))).toBeLessThanOrEqual(
    1_000,
  );
  await expect.poll(() => other.consume(1)).toBe(true);
});

it("says nothing of callers who ask little, and of others once", async () => {
  const one = openProcess("1000/1000");
  one.consume(49, "little");
  one.consume(50, "much");
  await one.share();
  const keys = await harness.resources.redis.keys("*");
  expect(keys).toEqual([sharedCountKey("calls", 1_000, "much")]);
  await one.share();
  expect(await harness.resources.redis.get(keys[0] as string)).toBe("50");
});

it("counts by itself while Redis is away, and tells it when it is back", async () => {
  const one = openProcess("10/1000");
  const away = await harness.openRedis();
  away.disconnect();
  expect(one.consume(7)).toBe(true);
  await expect(one.share(away)).rejects.toThrow();
  expect(one.consume(3)).toBe(true);
  expect(one.consume(1)).toBe(false);
  await expect(one.share(away)).rejects.toThrow();
  expect(one.consume(1)).toBe(false);
  await one.share();
  expect(await harness.resources.redis.get(sharedCountKey("calls", 1_000, "1.1.1.1"))).toBe("12");
});

it("tells of many callers at once", async () => {
  const [one, other] = [openProcess("2/1000"), openProcess("2/1000")];
  const callers = Array.from({ length: 1_200 }, (_, i) => `caller-${i}`);
  for (const caller of callers) one.consume(2, caller);
  await one.share();
  for (const caller of callers) other.consume(2, caller);
  await other.share();
  expect(callers.filter((caller) => other.consume(1, caller))).toEqual([]);
});

it("lets a visitor have the limit once, not once for each web process", async () => {
  const { liveUrl, financeUrl, redisUrl } = harness;
  const services = { liveUrl, financeUrl, redisUrl };
  const settings = { RATE_LIMIT_ANONYMOUS: "200/1000" };
  const webs: WebHarness[] = await Promise.all([
    startWebHarness(services, settings),
    startWebHarness(services, settings),
  ]);
  const [one, other] = webs as [WebHarness, WebHarness];
  const ask = async (web: WebHarness) => (await fetch(`${web.url}/api/trpc/gift.list`)).status;
  try {
    for (let i = 0; i < 195; i++) expect(await ask(one)).toBe(200);
    const { redis } = one.resources;
    const told = async () => {
      const [key] = await redis.keys(sharedCountKey("anonymous", 1_000, "*"));
      return key ? Number(await redis.get(key)) : 0;
    };
    await expect.poll(told).toBe(195);
    let accepted = 0;
    await expect
      .poll(async () => {
        const status = await ask(other);
        if (status === 200) accepted += 1;
        return status;
      })
      .toBe(429);
    // By itself it would have let two hundred in.
    expect(accepted).toBeLessThan(150);
    await expect.poll(() => ask(one)).toBe(429);
  } finally {
    await Promise.all(webs.map((web) => web.close()));
  }
});
