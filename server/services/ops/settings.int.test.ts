import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis } from "@/db/testing/create-test-redis";
import type { SettingName } from "@/domain/rules/run-time-settings";
import { callBy } from "@/server/testing/money-harness";
import { startWebHarness, type WebHarness } from "@/server/testing/web-harness";
import { sendChatMessage } from "../chat/send-message";
import { getSettingHistory, getSettings, needsSecondOperator, setSetting } from "./settings";

type Databases = Awaited<ReturnType<typeof createTestDatabases>>;
let databases: Databases;
let redis: Awaited<ReturnType<typeof createTestRedis>>;
/** Two web processes over the same stores. */
let one: WebHarness;
let other: WebHarness;
const SETTINGS = { RATE_LIMIT_ANONYMOUS: "100000/10", RATE_LIMIT_RECHARGE: "77/60" };

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  [one, other] = await Promise.all([
    startWebHarness({ ...databases, ...redis }, SETTINGS),
    startWebHarness({ ...databases, ...redis }, SETTINGS),
  ]);
});
afterAll(async () => {
  await Promise.all([one?.close(), other?.close()]);
  await Promise.all([databases?.drop(), redis?.drop()]);
});

const operator = (web = one) => callBy(web.resources, randomUUID(), "operator");
const set = (name: SettingName, value: string | null, reason = "r") =>
  setSetting(operator(), { name, value, reason });
const find = async (name: SettingName) =>
  (await getSettings(operator())).items.find((item) => item.name === name);

describe("a setting that an operator changes", () => {
  it("holds in the process that was asked at once, and in every other", async () => {
    await set("RATE_LIMIT_ANONYMOUS", "6/10");
    expect(one.env.RATE_LIMIT_ANONYMOUS).toBe("6/10");
    await expect.poll(() => other.env.RATE_LIMIT_ANONYMOUS).toBe("6/10");
    const ask = () => fetch(`${other.url}/api/trpc/gift.list`);
    // However the seven lie to the windows of ten seconds, two rounds of them are too many for one.
    const statuses = await Promise.all(Array.from({ length: 14 }, async () => (await ask()).status));
    expect(statuses).toContain(200);
    expect(statuses).toContain(429);
    await set("RATE_LIMIT_ANONYMOUS", null);
    await expect.poll(() => other.env.RATE_LIMIT_ANONYMOUS).toBe(SETTINGS.RATE_LIMIT_ANONYMOUS);
    expect((await ask()).status).toBe(200);
  });

  it("holds in a process that is started later", async () => {
    await set("ROOM_CHAT_PER_SECOND", "33");
    const later = await startWebHarness({ ...databases, ...redis }, SETTINGS);
    try {
      expect(later.env.ROOM_CHAT_PER_SECOND).toBe(33);
    } finally {
      await later.close();
    }
  });

  it("switches off for everybody, and on again", async () => {
    await set("FEATURE_CHAT", "false");
    await expect.poll(() => other.env.FEATURE_CHAT).toBe(false);
    const say = () =>
      sendChatMessage(callBy(other.resources, randomUUID()), {
        roomId: randomUUID(),
        messageId: randomUUID(),
        text: "hi",
      });
    await expect(say()).rejects.toMatchObject({
      bizName: "FEATURE_OFF",
      details: { feature: "FEATURE_CHAT" },
    });
    await set("FEATURE_CHAT", "true");
    await expect.poll(() => other.env.FEATURE_CHAT).toBe(true);
    await expect(say()).rejects.toMatchObject({ bizName: "NOT_FOUND" });
  });

  it("changes how much is logged", async () => {
    const by = Object.assign(operator(), { log: one.resources.log.child({ traceId: "t" }) });
    await setSetting(by, { name: "LOG_LEVEL", value: "error", reason: "r" });
    await expect.poll(() => other.resources.log.level).toBe("error");
    expect(other.resources.log.child({}).level).toBe("error");
    await expect.poll(() => one.resources.log.level).toBe("error");
    await set("LOG_LEVEL", null);
    await expect.poll(() => other.resources.log.level).toBe("silent");
  });

  it("is refused where it makes no sense, with the reason, and leaves nothing behind", async () => {
    const by = operator();
    for (const [name, value, refusal] of [
      ["RATE_LIMIT_GIFT_SEND", "many", { reason: "windows" }],
      ["RATE_LIMIT_USER", "1/60", { reason: "too_few", min: 86_400 }],
      ["PEOPLE_PER_ADDRESS", "0", { reason: "number", min: 1, max: 100_000 }],
      ["LOG_LEVEL", "loud", { reason: "choice" }],
    ] as const) {
      await expect(setSetting(by, { name, value, reason: "r" })).rejects.toMatchObject({
        bizName: "SETTING_REFUSED",
        details: { field: "value", ...refusal },
      });
    }
    for (const name of ["AUTH_SECRET", "constructor"]) {
      await expect(setSetting(by, { name, value: "x", reason: "r" })).rejects.toMatchObject({
        bizName: "SETTING_UNKNOWN",
      });
    }
    const [row] = await one.resources.live.sql`
      SELECT count(*)::int AS count FROM operator_actions WHERE actor_id = ${by.session.userId}`;
    expect(row).toEqual({ count: 0 });
  });

  it("has a history with who and why, and a way back", async () => {
    const by = operator();
    await setSetting(by, { name: "RATE_LIMIT_RECHARGE", value: "5/60", reason: "stolen cards" });
    expect(await find("RATE_LIMIT_RECHARGE")).toMatchObject({
      value: "5/60",
      environmentValue: "77/60",
      source: "operator",
      version: 1,
    });
    await setSetting(by, { name: "RATE_LIMIT_RECHARGE", value: null, reason: "they are gone" });
    const { changes } = await getSettingHistory(by, { name: "RATE_LIMIT_RECHARGE" });
    expect(changes).toMatchObject([
      { version: 2, value: { value: null }, by: by.session.userId, reason: "they are gone" },
      { version: 1, value: { value: "5/60" }, reason: "stolen cards", traceId: by.traceId },
    ]);
    await set("RATE_LIMIT_RECHARGE", changes[1]?.value.value ?? null, "and back");
    expect(await find("RATE_LIMIT_RECHARGE")).toMatchObject({ value: "5/60", version: 3 });
  });

  it("that somebody wrote past the rules is not believed", async () => {
    await set("SMS_CODES_PER_HOUR", "500");
    await expect.poll(() => other.env.SMS_CODES_PER_HOUR).toBe(500);
    await one.resources.live.sql`
      UPDATE policies SET value = '{"value":"lots"}' WHERE key = 'setting:SMS_CODES_PER_HOUR'`;
    await expect.poll(() => other.env.SMS_CODES_PER_HOUR).toBe(3_000);
    expect(await find("SMS_CODES_PER_HOUR")).toMatchObject({ value: "3000" });
  });
});

it("shows what only a restart changes, and no secret", async () => {
  const { fixed } = await getSettings(operator());
  const names = fixed.map(({ name }) => name);
  expect(names).toContain("DATABASE_POOL_MAX");
  expect(names).not.toContain("LOG_LEVEL");
  expect(JSON.stringify(fixed)).not.toContain(one.env.AUTH_SECRET);
});

it.each([
  ["RATE_LIMIT_GIFT_SEND", "10/1", true],
  ["RATE_LIMIT_GIFT_SEND", null, true],
  ["FEATURE_GIFTS", "true", true],
  ["FEATURE_GIFTS", "false", false],
  ["LOG_LEVEL", "debug", false],
  ["NOT_A_SETTING", "1", true],
])("%s = %s needs a second operator: %s", (name, value, needsTwo) => {
  expect(needsSecondOperator({ name, value, reason: "r" })).toBe(needsTwo);
});
