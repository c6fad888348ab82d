import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { tamper } from "@/db/testing/tamper";
import type { DoctorFinding, DoctorProblem } from "@/domain/contracts/doctor";
import { knownDatabasesKey } from "@/platform/redis/keys";
import { parseEnv } from "@/platform/settings/env";
import { startTestGateway, TEST_APP, type TestGateway } from "@/push/gateway/testing/test-gateway";
import { SANDBOX_SECRET, startTestSandbox } from "@/server/testing/recharge-harness";
import { startWebHarness, type WebHarness } from "@/server/testing/web-harness";
import { findFreePort } from "@/stack/services/ports";
import { type RedisServer, startRedis } from "@/stack/services/redis";
import { ApiClient } from "@/testkit/api-client";
import type { Sandbox } from "@/workers/payment-sandbox/server";
import { examineSettings } from "./lib/examine-settings";
import { formatFindings } from "./lib/format-findings";
import { seedDemo } from "./seed-demo";

/** Everything that the doctor tries, broken once each. What always is wrong is how these tests' own stores run. */
const ALWAYS: DoctorProblem[] = [
  "databaseForgets",
  "databaseForgets",
  "redisFlushesLate",
  "processesMissing",
];
let folder: string;
let databases: TestDatabases;
let redis: RedisServer;
let admin: Redis;
let gateway: TestGateway;
let sandbox: Sandbox;
let web: WebHarness;
let stranger: Server;
let settings: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "downpour-doctor-test-"));
  const [nobody, webPort] = [await findFreePort(0), await findFreePort(0)];
  [databases, redis, gateway, sandbox] = await Promise.all([
    createTestDatabases(),
    startRedis({ dir: join(folder, "redis"), port: 0, appendfsync: "no" }),
    startTestGateway(),
    startTestSandbox(),
  ]);
  admin = new Redis(redis.url);
  await seedDemo(databases);
  settings = {
    LOG_LEVEL: "silent",
    LIVE_DATABASE_URL: databases.liveUrl,
    FINANCE_DATABASE_URL: databases.financeUrl,
    REDIS_URL: redis.url,
    PUBLIC_URL: `http://127.0.0.1:${webPort}`,
    WEB_PORT: String(webPort),
    PUSHER_APP_ID: TEST_APP.id,
    PUSHER_KEY: TEST_APP.key,
    PUSHER_SECRET: TEST_APP.secret,
    PUSHER_PORT: String(gateway.port),
    PAYMENT_SANDBOX_URL: sandbox.url,
    PAYMENT_SANDBOX_SECRET: SANDBOX_SECRET,
    PAYOUT_SECRET: SANDBOX_SECRET,
  };
  web = await startWebHarness({ ...databases, redisUrl: redis.url }, settings);
  stranger = createServer((_request, response) => void response.writeHead(403).end("no"));
  await new Promise<void>((resolve) => stranger.listen(nobody, "127.0.0.1", resolve));
});
afterAll(async () => {
  stranger?.close();
  admin?.disconnect();
  await web?.close();
  await Promise.all([gateway?.close(), sandbox?.close(), databases?.drop(), redis?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const examine = (changed: Record<string, string> = {}) =>
  examineSettings(parseEnv({ ...settings, ...changed }), "running");
const namesOf = (findings: readonly DoctorFinding[]) => findings.flatMap(({ problem }) => problem ?? []);
const portOf = (server: Server) => (server.address() as AddressInfo).port;
/** What is found besides what always is. */
async function findWith(changed: Record<string, string> = {}): Promise<DoctorProblem[]> {
  const names = namesOf(await examine(changed));
  for (const always of ALWAYS) {
    const at = names.indexOf(always);
    if (at >= 0) names.splice(at, 1);
  }
  return names;
}

it("finds nothing where nothing is wrong, and says in a line each what fits and what mends the rest", async () => {
  const findings = await examine();
  expect(namesOf(findings).sort()).toEqual(ALWAYS.toSorted());
  const lines = formatFindings(findings);
  const address = `ws://127.0.0.1:${gateway.port}`;
  expect(lines).toContain(`ok       Live events: An event was published, and came by ${address}.`);
  expect(lines).toContain(`ok       Callbacks: What is posted to ${settings.PUBLIC_URL} arrives.`);
  expect(lines).toContain("ok       Keys of personal data: 3 sealed phone numbers were opened.");
  const at = lines.indexOf("FAULT    Redis: A power cut loses accepted gifts: appendfsync is no.");
  expect(lines[at + 1]).toBe("         → Set appendfsync always.");
});

it("is asked by an operator, and by nobody else", async () => {
  const operator = new ApiClient(web.url);
  await operator.signInByPhone("+8613700000001");
  const { data } = await operator.query<{ findings: DoctorFinding[]; yourAddress: string }>("ops.doctor");
  expect(namesOf(data.findings).sort()).toEqual(ALWAYS.toSorted());
  expect(data.yourAddress).toBe("127.0.0.1");
  const viewer = new ApiClient(web.url);
  await viewer.signInByPhone("+8613800000001");
  expect((await viewer.query("ops.doctor")).error?.name).toBe("FORBIDDEN");
});

describe("databases", () => {
  it("that are away are said once", async () => {
    const away = "postgres://downpour:downpour@127.0.0.1:9/downpour_live";
    expect(await findWith({ LIVE_DATABASE_URL: away })).toEqual(["databaseAway"]);
  });

  it("that lack a migration, have one of a later version, or do not say", async () => {
    const say = (note: string) =>
      tamper(databases.financeOwnerUrl, `COMMENT ON TABLE database_incarnation IS ${note}`);
    const [before] = await tamper(
      databases.financeOwnerUrl,
      "SELECT obj_description('database_incarnation'::regclass, 'pg_class') AS note",
    );
    const newest = Number(/\d+$/.exec(String(before?.note))?.[0]);
    await say(`'newest migration: ${newest - 1}'`);
    expect(await findWith()).toEqual(["migrationsMissing"]);
    await say(`'newest migration: ${newest + 1}'`);
    expect(await findWith()).toEqual(["migrationsAhead"]);
    await say("NULL");
    expect(await findWith()).toEqual(["migrationsUnknown"]);
    await say(`'${before?.note}'`);
    expect(await findWith()).toEqual([]);
  });

  it("whose role may rewrite the books, where that is not allowed", async () => {
    const env = parseEnv({ ...settings, LIVE_DATABASE_URL: databases.liveOwnerUrl });
    const findings = await examineSettings({ ...env, DOWNPOUR_MODE: "staging" }, "before-start");
    expect(namesOf(findings)).toContain("roleMayRewrite");
  });

  it("that bear fewer connections than a process opens", async () => {
    expect(await findWith({ DATABASE_POOL_MAX: "200" })).toEqual(["fewConnections", "fewConnections"]);
  });

  it("of other keys", async () => {
    const key = randomBytes(32).toString("base64");
    expect(await findWith({ DATA_KEYS: `other:${key}` })).toEqual(["keysDoNotOpen"]);
    expect(await findWith({ BLIND_INDEX_KEY: key })).toEqual(["indexKeyDiffers"]);
  });

  it("that are not the ones that Redis knows", async () => {
    await admin.hset(knownDatabasesKey, "live", "another place 0/0");
    const problems = await findWith();
    await admin.hdel(knownDatabasesKey, "live");
    expect(problems).toEqual(["databasesDiffer"]);
  });
});

describe("Redis", () => {
  it("that throws away, keeps nothing, or has no replica", async () => {
    await admin.config("SET", "maxmemory-policy", "allkeys-lru");
    expect(await findWith({ REDIS_REPLICAS_TO_WAIT: "1" })).toEqual(["redisEvicts", "redisReplicasMissing"]);
    await admin.config("SET", "maxmemory-policy", "noeviction");
    await admin.config("SET", "appendonly", "no");
    const names = namesOf(await examine());
    await admin.config("SET", "appendonly", "yes");
    expect(names).toContain("redisKeepsNothing");
  });

  it("that is away, also where only the gateways meet", async () => {
    const away = "redis://127.0.0.1:9/0";
    expect(await findWith({ PUSH_REDIS_URL: away })).toEqual(["redisAway"]);
    expect(await findWith({ REDIS_URL: away })).toEqual(["redisAway"]);
  });
});

it("a machine that lets a process have fewer files than connections", async () => {
  const env = { ...parseEnv(settings), CONNECTIONS_MAX: 2_000_000_000 };
  const names = (mode: "demo" | "staging") =>
    examineSettings({ ...env, DOWNPOUR_MODE: mode }, "before-start").then(namesOf);
  expect(await names("staging")).toContain("fewFiles");
  expect(await names("demo")).not.toContain("fewFiles");
});

describe("addresses", () => {
  it("that lead to nobody, or to somebody else", async () => {
    // Of a page that comes from elsewhere, the gateway is where it was.
    const PUSHER_WS_HOST = "127.0.0.1";
    const elsewhere = (port: number) => ({ PUBLIC_URL: `http://127.0.0.1:${port}`, PUSHER_WS_HOST });
    expect(await findWith(elsewhere(9))).toEqual(["publicAway", "callbackLost"]);
    expect(await findWith(elsewhere(portOf(stranger)))).toEqual(["publicIsAnother", "callbackLost"]);
  });

  it("of services that are away, or do not know our signature", async () => {
    const secret = "another-secret-than-the-sandbox-has";
    expect(await findWith({ PAYOUT_SECRET: secret })).toEqual(["providerAway"]);
    expect(await findWith({ SMS_WEBHOOK_URL: "http://127.0.0.1:9/sms" })).toEqual(["providerAway"]);
  });
});

describe("live events", () => {
  it("that browsers cannot reach, or the gateway does not take", async () => {
    expect(await findWith({ PUSHER_WS_PORT: String(portOf(stranger)) })).toEqual(["pushUnreachable"]);
    expect(await findWith({ PUSHER_SECRET: "another-secret" })).toEqual(["pushNotTaken"]);
  });

  it("that come to another gateway, which does not know the first", async () => {
    const other = await startTestGateway();
    const problems = await findWith({ PUSHER_WS_PORT: String(other.port) });
    await other.close();
    expect(problems).toEqual(["pushNotHeard"]);
  });
});
