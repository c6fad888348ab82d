import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import {
  ALARM_KIND_OF,
  ALARM_RULE_DEFAULTS,
  AlarmMetric,
  type AlarmRules,
} from "@/domain/contracts/alarm-rules";
import type { Alarm } from "@/domain/contracts/alarms";
import type { ProcessFigures } from "@/domain/contracts/services";
import { errorsField } from "@/domain/rules/call-buckets";
import {
  alarmLeaseKey,
  alarmStatesKey,
  giftStreamKey,
  processBeatsKey,
  processRowsKey,
  processStartsKey,
} from "@/platform/redis/keys";
import { writeBeat } from "@/platform/redis/process-rows";
import { holdSoleLease } from "@/platform/redis/sole-lease";
import { callsOfMinuteKey } from "@/platform/redis/web-keys";
import { seedDemo } from "@/scripts/seed-demo";
import { startWebHarness, type WebHarness } from "@/server/testing/web-harness";
import { ApiClient } from "@/testkit/api-client";
import { lookAtRules } from "./watch-rules";

const SERVICES = [
  "web",
  "push-gateway",
  "gift-debit",
  "packet-credit",
  "settlement",
  "analytics",
  "scheduler",
];
const DEAD_MS = 60_000;
let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
let operator: ApiClient;

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  web = await startWebHarness({ ...databases, ...redis });
  operator = new ApiClient(web.url);
  await operator.signInByPhone("+8613700000001");
  for (const metric of AlarmMetric.options) await setRule(metric, { forSeconds: 0 });
});
beforeEach(async () => {
  const { redis: client } = web.resources;
  await client.del(processBeatsKey, processRowsKey, processStartsKey, alarmStatesKey, giftStreamKey(3));
  await Promise.all((await minutes()).map((key) => client.del(key)));
  await say();
  await look();
  // Also those that are over: while nobody has looked they would count up.
  for (const { alarmId, acknowledgedAt } of await open({ all: true })) {
    if (acknowledgedAt === null) await acknowledge(alarmId);
  }
});
afterAll(async () => {
  await web?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

const setRule = (metric: AlarmMetric, change: object) =>
  operator.mutate("ops.setAlarmRule", {
    metric,
    ...ALARM_RULE_DEFAULTS[metric],
    ...change,
    reason: "a test",
  });

/** Every service as it should be, but for what is changed. */
async function say(name?: string, change: Partial<ProcessFigures> = {}): Promise<void> {
  for (const service of SERVICES) {
    await writeBeat(web.resources.redis, {
      processId: `00000000-0000-4000-8000-00000000000${SERVICES.indexOf(service)}`,
      name: service,
      node: "node-1",
      pid: 1,
      version: "1.0.0",
      commit: null,
      address: null,
      health: { ok: true, dependencies: {} },
      eventLoopP99Ms: 1,
      lag: { seconds: 0 },
      errorsPerMinute: 0,
      redisMemoryPart: 0.1,
      pools: [],
      caches: [],
      breakers: [{ service: "push", state: "closed" }],
      traffic: [],
      isDrained: false,
      ...(service === name ? change : {}),
    });
  }
}

/** As if a service had died a minute ago. */
async function kill(name: string): Promise<void> {
  const id = `00000000-0000-4000-8000-00000000000${SERVICES.indexOf(name)}`;
  await web.resources.redis.zincrby(processBeatsKey, -DEAD_MS, id);
  await web.resources.redis.zincrby(processStartsKey, -DEAD_MS, id);
}

/** The minute before this one by Redis' clock, and this one, in case it ends meanwhile. */
async function minutes(): Promise<string[]> {
  const [seconds] = await web.resources.redis.time();
  const minute = Math.floor(Number(seconds) / 60);
  return [minute - 1, minute].map(callsOfMinuteKey);
}

const look = () => lookAtRules(web.resources);
const open = async (input: object = {}) =>
  (await operator.query<{ items: Alarm[] }>("ops.alarms", input)).data.items;
const openKinds = async () => (await open()).map(({ kind }) => kind);
const countOpen = async () => (await operator.query<{ openAlarms: number }>("ops.attention")).data.openAlarms;
const acknowledge = (alarmId: number) =>
  operator.mutate("ops.acknowledgeAlarm", { alarmId, note: "looked at" });

/** How each figure gets too large; `say()` mends all but the last. */
const BREAK: Record<AlarmMetric, () => Promise<unknown>> = {
  schedulerSilentSeconds: () => kill("scheduler"),
  servicesMissing: () => say("settlement", { isDrained: true }),
  processesDead: () => kill("analytics"),
  processesNotReady: () => say("web", { health: { ok: false, dependencies: { live: { ok: false } } } }),
  giftQueueSeconds: () => say("gift-debit", { lag: { seconds: 20 } }),
  claimQueueSeconds: () => say("packet-credit", { lag: { seconds: 20 } }),
  settlementSeconds: () => say("settlement", { lag: { seconds: 60 } }),
  eventLoopMs: () => say("web", { eventLoopP99Ms: 700 }),
  breakersOpen: () => say("gift-debit", { breakers: [{ service: "push", state: "open" }] }),
  logErrorsPerMinute: () => say("web", { errorsPerMinute: 40 }),
  redisMemoryPercent: () => say("web", { redisMemoryPart: 0.91 }),
  failedCallsPerMinute: async () => {
    for (const key of await minutes()) await web.resources.redis.hset(key, errorsField("gift.send"), 50);
  },
};

describe("each alarm", () => {
  it.each(AlarmMetric.options)("fires and clears by itself: %s", async (metric) => {
    const kind = ALARM_KIND_OF[metric];
    expect(await openKinds()).toEqual([]);
    await BREAK[metric]();
    await look();
    expect(await openKinds()).toContain(kind);
    const alarm = (await open()).find((one) => one.kind === kind);
    expect(alarm).toMatchObject({ times: 1, clearedAt: null, acknowledgedAt: null });
    const { rules } = (await operator.query<AlarmRules>("ops.alarmRules")).data;
    expect(rules.find((rule) => rule.metric === metric)).toMatchObject({ isFiring: true });

    await say();
    await Promise.all((await minutes()).map((key) => web.resources.redis.del(key)));
    await look();
    expect(await openKinds()).toEqual([]);
    expect(await countOpen()).toBe(0);
    const over = (await open({ all: true })).find(({ alarmId }) => alarmId === alarm?.alarmId);
    expect(over?.clearedAt).not.toBeNull();
    expect(over?.changes.map(({ change }) => change)).toEqual(["cleared", "opened"]);
  });
});

describe("the scheduler", () => {
  it("is missed also when it beats and no job of it ends well, and when it has said goodbye", async () => {
    const kind = "watch.scheduler_silent";
    await say("scheduler", { lag: { seconds: 45 } });
    await look();
    expect(await openKinds()).toEqual([kind]);
    await say();
    await look();
    expect(await openKinds()).toEqual([]);
    await say("scheduler", { isDrained: true });
    await kill("scheduler");
    await look();
    expect(await openKinds()).toContain(kind);
    // Another one, on another machine, is as good.
    await writeBeat(web.resources.redis, { ...(await anyRow()), name: "scheduler", node: "node-2" });
    await look();
    expect(await openKinds()).not.toContain(kind);
  });
});

async function anyRow(): Promise<ProcessFigures> {
  const [text = ""] = await web.resources.redis.hvals(processRowsKey);
  return { ...(JSON.parse(text) as ProcessFigures), processId: randomUUID(), lag: { seconds: 0 } };
}

it("a queue that no worker reads is looked at itself", async () => {
  await say("gift-debit", { isDrained: true });
  const [seconds] = await web.resources.redis.time();
  await web.resources.redis.xadd(giftStreamKey(3), `${(Number(seconds) - 90) * 1_000}-1`, "entry", "{}");
  await look();
  expect((await openKinds()).toSorted()).toEqual(["watch.gift_queue", "watch.services_missing"]);
});

describe("an alarm that goes on", () => {
  const fire = async () => {
    await BREAK.eventLoopMs();
    await look();
  };
  const mend = async () => {
    await say();
    await look();
  };

  it("stays one, whoever looks and however often, also after Redis forgot it", async () => {
    await fire();
    await fire();
    await web.resources.redis.del(alarmStatesKey);
    await fire();
    expect((await open()).map(({ times }) => times)).toEqual([1]);
    await web.resources.redis.del(alarmStatesKey);
    await mend();
    expect(await open()).toEqual([]);
  });

  it("counts up when it comes again before anybody has looked, and is another one afterwards", async () => {
    await fire();
    await mend();
    await fire();
    const [alarm] = await open();
    expect(alarm).toMatchObject({ times: 2, clearedAt: null });
    await acknowledge(alarm?.alarmId ?? 0);
    await fire();
    await web.resources.redis.del(alarmStatesKey);
    await fire();
    expect(await open()).toEqual([]);
    await mend();
    await fire();
    const [next] = await open();
    expect(next).toMatchObject({ times: 1 });
    expect(next?.alarmId).not.toBe(alarm?.alarmId);
    const first = (await open({ all: true })).find(({ alarmId }) => alarmId === alarm?.alarmId);
    expect(first?.changes.map(({ change }) => change)).toEqual([
      "cleared",
      "acknowledged",
      "opened",
      "cleared",
      "opened",
    ]);
  });

  it("is over when its rule is switched off", async () => {
    await fire();
    await setRule("eventLoopMs", { enabled: false });
    await look();
    expect(await open()).toEqual([]);
    await setRule("eventLoopMs", { forSeconds: 0 });
  });
});

describe("a rule", () => {
  it("is changed for a reason that stays, and never to nonsense", async () => {
    const refused = await setRule("eventLoopMs", { threshold: 10, clearAt: 10 });
    expect(refused.error?.name).toBe("INVALID_INPUT");
    await setRule("giftQueueSeconds", { threshold: 99, clearAt: 5, forSeconds: 0 });
    const { rules } = (await operator.query<AlarmRules>("ops.alarmRules")).data;
    expect(rules.find(({ metric }) => metric === "giftQueueSeconds")).toMatchObject({ threshold: 99 });
    const [row] = await web.resources.live.sql`
      SELECT reason, before, after FROM operator_actions
      WHERE action = 'policy.write' AND subject = 'policy:alarm-rules' ORDER BY id DESC LIMIT 1`;
    expect(row).toMatchObject({
      reason: "a test",
      before: { giftQueueSeconds: { threshold: 10 } },
      after: { giftQueueSeconds: { threshold: 99 } },
    });
    await setRule("giftQueueSeconds", { forSeconds: 0 });
  });
});

it("one process looks, and another one when it is gone", async () => {
  const { redis: client } = web.resources;
  const hold = (holder: string) => holdSoleLease(client, alarmLeaseKey, holder, 60_000);
  expect([await hold("a"), await hold("b"), await hold("a")]).toEqual([true, false, true]);
  await client.del(alarmLeaseKey);
  expect([await hold("b"), await hold("a")]).toEqual([true, false]);
});
