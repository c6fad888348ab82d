import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { openLiveDb } from "@/db/client";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { Alarm } from "@/domain/contracts/alarms";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { dayOf } from "@/domain/rules/calendar";
import { giftStreamKey, walletKey } from "@/platform/redis/keys";
import { setSharedTime, sharedNowMs } from "@/platform/runtime/shared-clock";
import { seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { uuid7 } from "@/testkit/load";
import { startWebHarness, type WebHarness } from "../testing/web-harness";
import { watchClock } from "./watch-clock";

const THIRTEEN_HOURS_MS = 13 * 3_600_000;
const RIGHT_WITHIN_MS = 1_500;
const LATE_SECONDS = 3;

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  web = await startWebHarness({ ...databases, ...redis });
});
afterEach(() => {
  vi.useRealTimers();
  setClock(Date.now());
});
afterAll(async () => {
  await web?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

/** Only what the machine says the time is; timers go on. */
const shiftMachine = (ms: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
const setClock = (sharedMs: number) => setSharedTime({ sharedMs, atMs: performance.now(), uncertainMs: 0 });
const realMs = async () => {
  const [seconds] = await web.resources.redis.time();
  return Number(seconds) * 1_000;
};

it.each([THIRTEEN_HOURS_MS, -THIRTEEN_HOURS_MS, 10_000])(
  "a machine that is %d ms off is not ready, an alarm, and tells the time of the others",
  async (shiftMs) => {
    shiftMachine(shiftMs);
    setClock(Date.now());
    const watch = await watchClock(web.resources);
    try {
      expect(Math.abs(sharedNowMs() - (await realMs()))).toBeLessThan(RIGHT_WITHIN_MS);
      expect(await watch.check()).toEqual({
        ok: false,
        reason: expect.stringMatching(shiftMs > 0 ? /ahead of/ : /behind/),
      });
      const operator = new ApiClient(web.url);
      vi.useRealTimers();
      await expect.poll(() => watch.check()).toEqual({ ok: true });
      await operator.signInByPhone("+8613700000001");
      const { items } = (await operator.query<{ items: Alarm[] }>("ops.alarms", {})).data;
      expect(items.filter(({ kind }) => kind === "process.clock_off")).toHaveLength(1);
    } finally {
      watch.stop();
    }
  },
);

it("a machine whose clock is right is ready, and its time is left as it is", async () => {
  const watch = await watchClock(web.resources);
  try {
    expect(await watch.check()).toEqual({ ok: true });
    expect(Math.abs(sharedNowMs() - Date.now())).toBeLessThan(RIGHT_WITHIN_MS);
  } finally {
    watch.stop();
  }
});

it("a database that answers late does not put the clock back by as much", async () => {
  const live = openLiveDb(databases.liveUrl, { poolMax: 1, applicationName: "late" });
  const ahead = () => sharedNowMs() - Date.now();
  const before = ahead();
  try {
    const isBusy = live.sql`SELECT pg_sleep(${LATE_SECONDS})`;
    const [watch] = await Promise.all([watchClock({ ...web.resources, live }), isBusy]);
    watch.stop();
    expect(Math.abs(ahead() - before)).toBeLessThan((LATE_SECONDS * 1_000) / 2);
  } finally {
    await live.close();
  }
});

it("a gift sent by a process that is wrong about the time counts on the right day, with the right time", async () => {
  const viewer = new ApiClient(web.url);
  await viewer.signInByPhone("+8613800000001");
  const { userId } = (await viewer.query<{ userId: string }>("session.me")).data;
  const { items } = (await viewer.query<{ items: { roomId: string }[] }>("room.list", {})).data;
  for (const shiftMs of [THIRTEEN_HOURS_MS * 2, -THIRTEEN_HOURS_MS * 2]) {
    setClock(Date.now() + shiftMs);
    const giftOrderId = uuid7();
    const sent = await viewer.mutate<{ status: string }>("gift.send", {
      giftOrderId,
      roomId: items[0]?.roomId,
      giftId: "hearts",
      count: 1,
    });
    expect(sent.data).toMatchObject({ status: "pending" });
    const entries = (
      await Promise.all(
        ALL_BUCKETS.map((bucket) => web.resources.redis.xrange(giftStreamKey(bucket), "-", "+")),
      )
    )
      .flat()
      .map(([, fields]) => JSON.parse(fields[1] ?? "") as { giftOrderId: string; sentAt: string });
    const entry = entries.find((one) => one.giftOrderId === giftOrderId);
    expect(Math.abs(Date.parse(entry?.sentAt ?? "") - (await realMs()))).toBeLessThan(5_000);
    const spent = await web.resources.redis.hget(walletKey(userId), "sp");
    expect(spent?.split(":")[0]).toBe(dayOf(await realMs()).replaceAll("-", ""));
  }
});
