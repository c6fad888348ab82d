import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type {
  CallsAnswer,
  ProcessFigures,
  ServicesOverview,
  ServicesPage,
} from "@/domain/contracts/services";
import { PROCESS_LEASE_MS } from "@/domain/rules/process-state";
import { createHealth, type DependencyHealth } from "@/platform/observability/health";
import { type Heartbeat, startHeartbeat } from "@/platform/observability/heartbeat";
import { processBeatsKey, processRowsKey, processStartsKey } from "@/platform/redis/keys";
import { writeBeat } from "@/platform/redis/process-rows";
import { seedDemo } from "@/scripts/seed-demo";
import { createCallSharing } from "@/server/http/share-calls";
import { startWebHarness, type WebHarness } from "@/server/testing/web-harness";
import { ApiClient } from "@/testkit/api-client";

const DAY_MS = 24 * 3_600_000;
let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
let operator: ApiClient;
const started: Heartbeat[] = [];

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  web = await startWebHarness({ ...databases, ...redis });
  operator = new ApiClient(web.url);
  await operator.signInByPhone("+8613700000001");
});
beforeEach(async () => {
  await Promise.all(started.splice(0).map((heartbeat) => heartbeat.stop()));
  await web.resources.redis.del(processBeatsKey, processStartsKey, processRowsKey);
});
afterAll(async () => {
  await Promise.all(started.map((heartbeat) => heartbeat.stop()));
  await web?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

async function beating(service: string, check?: DependencyHealth): Promise<Heartbeat> {
  const { redis: client, log, live, finance } = web.resources;
  const heartbeat = startHeartbeat({
    service,
    node: "node-1",
    redis: client,
    log,
    health: createHealth(check ? { live: async () => check } : {}),
    address: { host: "127.0.0.1", port: 9101 },
    bundleUrl: import.meta.url,
    databases: { live, finance },
  });
  started.push(heartbeat);
  await heartbeat.beat();
  return heartbeat;
}

/** As if it had beaten last so long ago. */
async function silence(processId: string, ms: number) {
  const { redis: client } = web.resources;
  await client.zincrby(processBeatsKey, -ms, processId);
  await client.zincrby(processStartsKey, -ms, processId);
}

const row = (name: string, node: string): ProcessFigures => ({
  processId: randomUUID(),
  name,
  node,
  pid: 1,
  version: "1.0.0",
  commit: "abc",
  address: null,
  health: { ok: true, dependencies: { live: { ok: true } } },
  eventLoopP99Ms: 5,
  lag: null,
  errorsPerMinute: 0,
  redisMemoryPart: null,
  pools: [{ name: "live", busy: 1, max: 10 }],
  caches: [{ name: "wallets", hits: 3, misses: 1 }],
  breakers: [{ service: "push", state: "open" }],
  traffic: [{ name: "live", perSecond: 100, unit: "bytes" }],
  isDrained: false,
});

/** What is asked again within a second is answered as before; so until it is seen. */
async function read(input: object = {}): Promise<ServicesPage> {
  const answer = await operator.query<ServicesPage>("ops.services", input);
  return answer.data;
}
const readStates = async () =>
  Object.fromEntries((await read()).items.map(({ name, state }) => [name, state]));

describe("processes", () => {
  it("are listed with how they do: ready, not ready, silent, replaced, drained", async () => {
    await beating("web");
    await beating("settlement", { ok: false, reason: "no route" });
    const dead = row("gift-debit", "node-1");
    const replaced = row("scheduler", "node-1");
    for (const one of [dead, replaced]) {
      await writeBeat(web.resources.redis, one);
      await silence(one.processId, PROCESS_LEASE_MS + 1_000);
    }
    const successor = { ...row("scheduler", "node-1"), version: "2.0.0" };
    await writeBeat(web.resources.redis, successor);
    const drained = await beating("analytics");
    await drained.stop();

    await expect
      .poll(readStates)
      .toMatchObject({ web: "ready", settlement: "unready", "gift-debit": "dead", analytics: "drained" });
    const { items, counts } = await read();
    expect(items.filter(({ name }) => name === "scheduler").map(({ state }) => state)).toEqual([
      "replaced",
      "ready",
    ]);
    expect(counts).toEqual({ ready: 2, unready: 1, dead: 1, replaced: 1, drained: 1 });
    const settlement = items.find(({ name }) => name === "settlement");
    expect(settlement?.health).toEqual({
      ok: false,
      dependencies: { live: { ok: false, reason: "no route" } },
    });
    const troubled = await read({ show: "troubled" });
    expect(troubled.items.map(({ name }) => name)).toEqual(["gift-debit", "settlement"]);
    expect((await read({ show: "living", text: "nobody" })).items).toEqual([]);
    expect((await read({ show: "living", text: "web" })).items).toHaveLength(1);
    expect((await read({ show: "living", text: "NODE-1" })).items).toHaveLength(3);
  });

  it("that said goodbye say nothing after it", async () => {
    const heartbeat = await beating("web");
    await Promise.all([heartbeat.stop(), heartbeat.beat()]);
    await expect.poll(readStates).toEqual({ web: "drained" });
  });

  it("say what they depend on by what really came back, and how their pools are used", async () => {
    const heartbeat = await beating("web");
    const receivedOfLive = async () => {
      await web.resources.live.sql`SELECT 1`;
      await heartbeat.beat();
      return (await read()).items[0]?.traffic.find(({ name }) => name === "live")?.perSecond;
    };
    await expect.poll(receivedOfLive).toBeGreaterThan(0);
    const [process] = (await read()).items;
    expect(process?.pools).toContainEqual({ name: "live", busy: expect.any(Number), max: 4 });
  });

  it("are forgotten after a day, and the rest at a limit", async () => {
    const old = row("web", "gone");
    await writeBeat(web.resources.redis, old);
    await silence(old.processId, DAY_MS + 1_000);
    await writeBeat(web.resources.redis, row("web", "here"));
    for (const key of [processBeatsKey, processStartsKey]) {
      expect(await web.resources.redis.zcard(key)).toBe(1);
    }
    expect(await web.resources.redis.hlen(processRowsKey)).toBe(1);
  });
});

describe("a thousand processes", () => {
  it("are looked through page by page, each once, and summed up", async () => {
    const rows = Array.from({ length: 1_000 }, (_, i) => row(i % 2 ? "web" : "gift-debit", `node-${i % 40}`));
    await Promise.all(rows.map((one) => writeBeat(web.resources.redis, one)));
    await expect.poll(async () => (await read({ limit: 1 })).counts.ready).toBe(1_000);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await read({ limit: 75, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ processId }) => processId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(new Set(seen)).toEqual(new Set(rows.map(({ processId }) => processId)));
    expect(seen).toHaveLength(1_000);

    const { data } = await operator.query<ServicesOverview>("ops.servicesOverview");
    expect(data.services.map(({ name, counts }) => [name, counts.ready])).toEqual([
      ["gift-debit", 500],
      ["web", 500],
    ]);
    expect(data.services[0]?.dependencies).toEqual([
      { name: "live", users: 500, troubled: 0, perSecond: 50_000, unit: "bytes" },
    ]);
    expect(data.pools[0]).toEqual({ service: "gift-debit", name: "live", busy: 500, max: 5_000 });
    expect(data.caches[0]).toMatchObject({ hits: 1_500, misses: 500 });
    expect(data.breakers).toEqual([{ service: "push", closed: 0, halfOpen: 0, open: 1_000 }]);
  });

  it("are not begun anywhere by a cursor of somebody's making", async () => {
    const answer = await operator.query("ops.services", { cursor: "bm90LW91cnM" });
    expect(answer.error?.name).toBe("INVALID_INPUT");
  });
});

it("calls are counted by procedure over all web processes, once each", async () => {
  const { redis: client } = web.resources;
  const share = createCallSharing(client);
  await share();
  const count = async () => {
    const { data } = await operator.query<CallsAnswer>("ops.calls");
    return data.items.find(({ procedure }) => procedure === "room.get");
  };
  const before = await count();
  // Nobody has such a room: refused, and not our fault.
  for (let i = 0; i < 7; i++) await operator.query("room.get", { roomId: randomUUID() });
  await share();
  await share();
  const after = await count();
  expect((after?.calls ?? 0) - (before?.calls ?? 0)).toBe(7);
  expect((after?.refusals ?? 0) - (before?.refusals ?? 0)).toBe(7);
  expect((after?.errors ?? 0) - (before?.errors ?? 0)).toBe(0);
  expect(after?.p99Ms).toBeGreaterThan(0);
});
