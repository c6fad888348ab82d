import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { Alarm } from "@/domain/contracts/alarms";
import { seedDemo } from "@/scripts/seed-demo";
import { startWebHarness, type WebHarness } from "@/server/testing/web-harness";
import { ApiClient } from "@/testkit/api-client";
import { raiseAlarm } from "./raise-alarm";

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
});
afterAll(async () => {
  await web?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

const raise = (subject: string, facts: object = {}) =>
  raiseAlarm(web.resources, { kind: "payment.not_understood", subject, facts, traceId: randomUUID() });

async function open(): Promise<Alarm[]> {
  return (await operator.query<{ items: Alarm[] }>("ops.alarms", {})).data.items;
}
const countOpen = async () => (await operator.query<{ openAlarms: number }>("ops.attention")).data.openAlarms;

describe("alarms", () => {
  it("count up while nobody has looked, and open anew afterwards", async () => {
    await raise("payment:a", { what: 1 });
    await raise("payment:a", { what: 2 });
    await raise("payment:b");
    expect((await open()).map(({ subject, times }) => [subject, times])).toEqual([
      ["payment:b", 1],
      ["payment:a", 2],
    ]);
    expect(await countOpen()).toBe(2);
    const [, alarm] = await open();
    expect(alarm?.facts).toEqual({ what: 2 });

    const seen = await operator.mutate<Alarm>("ops.acknowledgeAlarm", {
      alarmId: alarm?.alarmId,
      note: "asked them",
    });
    expect(seen.data).toMatchObject({ acknowledgedByName: expect.stringMatching(/./), note: "asked them" });
    expect((await open()).map(({ subject }) => subject)).toEqual(["payment:b"]);
    // Whoever comes second changes nothing.
    const again = await operator.mutate<Alarm>("ops.acknowledgeAlarm", {
      alarmId: alarm?.alarmId,
      note: "again",
    });
    expect(again.data.note).toBe("asked them");
    const all = await operator.query<{ items: Alarm[] }>("ops.alarms", { all: true });
    expect(all.data.items).toHaveLength(2);

    await raise("payment:a", { what: 3 });
    expect((await open()).map(({ subject, times }) => [subject, times])).toEqual([
      ["payment:a", 1],
      ["payment:b", 1],
    ]);
    const actions = await web.resources.live.sql`
      SELECT reason FROM operator_actions WHERE action = 'alarm.acknowledge'`;
    expect(actions.map(({ reason }) => reason)).toEqual(["asked them"]);
  });

  it("that do not exist cannot be acknowledged", async () => {
    const answer = await operator.mutate("ops.acknowledgeAlarm", { alarmId: 999_999, note: "n" });
    expect(answer.error?.name).toBe("NOT_FOUND");
  });
});
