import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { AlarmRules } from "@/domain/contracts/alarm-rules";
import type { Alarm } from "@/domain/contracts/alarms";
import { openRedis } from "@/platform/redis/client";
import { seedDemo } from "@/scripts/seed-demo";
import { startWebHarness, type WebHarness } from "@/server/testing/web-harness";
import { ApiClient } from "@/testkit/api-client";
import { raiseAlarm } from "./raise-alarm";
import { createAlarmTeller } from "./tell-alarms";
import { watchAlarmRules } from "./watch-rules";

const KEY = Buffer.alloc(32, 7).toString("base64");
let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
let operator: ApiClient;
let receiver: Server;
let received: { headers: IncomingHttpHeaders; body: string }[] = [];
/** What the receiver answers next; 204 when nothing is left. */
let answers: number[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  web = await startWebHarness(
    { ...databases, ...redis },
    {
      ALARM_WEBHOOK_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/alarms`,
      ALARM_WEBHOOK_SECRET: `whsec_${KEY}`,
    },
  );
  operator = new ApiClient(web.url);
  await operator.signInByPhone("+8613700000001");
});
beforeEach(async () => {
  answers = [];
  await createAlarmTeller(web.resources).tell();
  received = [];
});
afterAll(async () => {
  receiver?.close();
  await web?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

const raise = (subject: string) =>
  raiseAlarm(web.resources, {
    kind: "payment.not_understood",
    subject,
    facts: { amountFen: 5 },
    traceId: randomUUID().replaceAll("-", ""),
  });
/** As if the pause were over. */
const makeDue = () =>
  web.resources.live.sql`UPDATE alarm_deliveries SET next_try_at = now() WHERE next_try_at IS NOT NULL`;
const readWebhook = async () => (await operator.query<AlarmRules>("ops.alarmRules")).data.webhook;
const open = async () => (await operator.query<{ items: Alarm[] }>("ops.alarms", {})).data.items;

describe("the webhook", () => {
  it("is told once of what begins and of who looked, signed as Standard Webhooks are", async () => {
    await raise("payment:one");
    await raise("payment:one");
    const [alarm] = await open();
    await operator.mutate("ops.acknowledgeAlarm", { alarmId: alarm?.alarmId, note: "n" });
    const [one, other] = [createAlarmTeller(web.resources), createAlarmTeller(web.resources)];
    await Promise.all([one.tell(), other.tell()]);
    await Promise.all([one.tell(), other.tell()]);
    expect(received).toHaveLength(2);
    const bodies = received.map(({ body }) => JSON.parse(body) as { type: string; data: object });
    expect(bodies.map(({ type }) => type).toSorted()).toEqual(["alarm.acknowledged", "alarm.opened"]);
    expect(bodies[0]?.data).toMatchObject({ alarmId: alarm?.alarmId, subject: "payment:one" });
    for (const { headers, body } of received) {
      const { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature } = headers;
      const expected = createHmac("sha256", Buffer.from(KEY, "base64"))
        .update(`${String(id)}.${String(at)}.${body}`)
        .digest("base64");
      expect(signature).toBe(`v1,${expected}`);
    }
    expect(await readWebhook()).toMatchObject({ isSet: true, waiting: 0, lastError: null });
  });

  it("is told again later, under the same id, when it did not take it", async () => {
    answers = [500];
    await raise("payment:two");
    const teller = createAlarmTeller(web.resources);
    await teller.tell();
    expect(await readWebhook()).toMatchObject({ waiting: 1, lastError: "The webhook answered 500." });
    // Not before its pause is over.
    await teller.tell();
    expect(received).toHaveLength(1);
    await makeDue();
    await teller.tell();
    expect(received).toHaveLength(2);
    expect(received[0]?.headers["webhook-id"]).toBe(received[1]?.headers["webhook-id"]);
    expect(received[0]?.body).toBe(received[1]?.body);
    expect(await readWebhook()).toMatchObject({ waiting: 0, givenUp: 0, lastError: null });
  });

  it("is given up after a day of tries, which operators see", async () => {
    answers = [500];
    await raise("payment:three");
    const teller = createAlarmTeller(web.resources);
    await teller.tell();
    await web.resources.live.sql`UPDATE alarm_deliveries SET tries = 34 WHERE next_try_at IS NOT NULL`;
    await makeDue();
    answers = [410];
    await teller.tell();
    await makeDue();
    await teller.tell();
    expect(received).toHaveLength(2);
    expect(await readWebhook()).toMatchObject({ waiting: 0, givenUp: 1 });
  });
});

it("a Redis that is away is an alarm, told by whoever notices, and over when it is back", async () => {
  const { log, env, live, redis: well } = web.resources;
  const away = openRedis("redis://127.0.0.1:9/0", log, { name: "nobody" });
  const quick = { lookEveryMs: 20, redisAwayMsMax: 0 };
  const stopAway = watchAlarmRules({ log, env, live, redis: away }, quick);
  const isOpen = async () => (await open()).some(({ kind }) => kind === "watch.redis_away");
  await expect.poll(isOpen).toBe(true);
  await expect.poll(() => received.some(({ body }) => body.includes("watch.redis_away"))).toBe(true);
  await stopAway();
  away.disconnect();
  const stopWell = watchAlarmRules({ log, env, live, redis: well }, quick);
  await expect.poll(isOpen).toBe(false);
  await stopWell();
});
