import { randomInt } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openLiveDb } from "@/db/client";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { tamper } from "@/db/testing/tamper";
import { createLog } from "@/platform/observability/log";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import { parseAddress, UNKNOWN_ADDRESS } from "@/platform/security/client-address";
import { phoneSealOf } from "@/platform/security/phone-seal";
import { type Env, parseEnv } from "@/platform/settings/env";
import type { Resources } from "../context";
import { type Asker, consumeSignInCode, sendSignInCode } from "./sign-in-code";
import { createWebhookSms, type SmsProvider } from "./sms-provider";

let databases: TestDatabases;
let redisServer: TestRedis;
let base: Pick<Resources, "log" | "live" | "redis">;
/** What came to each phone last. */
const inbox = new Map<string, string>();
const sms: SmsProvider = {
  ...createWebhookSms("http://127.0.0.1:9/", undefined),
  async sendCode({ phoneNumber, code }) {
    inbox.set(phoneNumber, code);
  },
};
const production = {
  AUTH_SECRET: "a-secret-of-this-test-only-and-long-enough",
  PUBLIC_URL: "http://localhost:3000",
};

beforeAll(async () => {
  [databases, redisServer] = await Promise.all([createTestDatabases(), createTestRedis()]);
  const log = createLog("codes-test");
  base = {
    log,
    live: openLiveDb(databases.liveUrl, { poolMax: 2, applicationName: "codes-test" }),
    redis: openRedis(redisServer.redisUrl, log, { name: "codes-test" }),
  };
  await waitForRedis(base.redis, 5_000);
});
afterAll(async () => {
  base?.redis.disconnect();
  await base?.live.close();
  await Promise.all([databases?.drop(), redisServer?.drop()]);
});
beforeEach(async () => {
  await base.redis.flushdb();
});

/** As in production, but that its other settings need no secrets here. */
const envWith = (settings: Record<string, string> = {}): Env => ({
  ...parseEnv({ ...production, ...settings }),
  DOWNPOUR_MODE: "production",
});
const strict = envWith();

const newPhone = () => `+1555${randomInt(1_000_000, 10_000_000)}`;
let hosts = 0;
const address = () => {
  hosts++;
  return parseAddress(`10.9.${hosts >> 8}.${hosts & 255}`) ?? UNKNOWN_ADDRESS;
};
let browsers = 0;
const browserId = () => String(++browsers).padStart(43, "b");
const asker = (more: Partial<Asker> = {}): Asker => ({
  browserId: browserId(),
  address: address(),
  userAgent: "test",
  ...more,
});

async function ask(phoneNumber: string, who: Asker, env = strict): Promise<string> {
  const given = browserId();
  await sendSignInCode({ ...base, env }, sms, { phoneNumber, asker: who, newBrowserId: given, traceId: "t" });
  return inbox.get(phoneNumber) ?? "";
}
const use = (phoneNumber: string, code: string, who: Asker, env = strict) =>
  consumeSignInCode({ ...base, env }, { phoneNumber, code, asker: who });
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error: { bizName?: string }) => error.bizName ?? "another error",
  );
const wrongFor = (code: string) => (code === "123456" ? "654321" : "123456");

describe("a code", () => {
  it("works once, however many use it at once", async () => {
    const [phone, who] = [newPhone(), asker()];
    const code = await ask(phone, who);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => refusalOf(use(phone, code, who))));
    expect(outcomes.filter((outcome) => outcome === "none")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "ONE_TIME_CODE_EXPIRED")).toHaveLength(19);
  });

  it("bears five wrong tries, also at once, and no more", async () => {
    const [phone, who] = [newPhone(), asker()];
    const code = await ask(phone, who);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => refusalOf(use(phone, wrongFor(code), who))),
    );
    expect(outcomes.filter((outcome) => outcome === "ONE_TIME_CODE_WRONG")).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === "ONE_TIME_CODE_LOCKED")).toHaveLength(15);
    expect(await refusalOf(use(phone, code, who))).toBe("ONE_TIME_CODE_LOCKED");
  });

  it("is of one browser: others can neither use it nor use it up", async () => {
    const [phone, owner, other] = [newPhone(), asker(), asker()];
    const code = await ask(phone, owner);
    for (const who of [other, asker({ browserId: undefined, address: owner.address })]) {
      for (let i = 0; i < 6; i++) {
        expect(await refusalOf(use(phone, wrongFor(code), who))).toBe("ONE_TIME_CODE_EXPIRED");
      }
      expect(await refusalOf(use(phone, code, who))).toBe("ONE_TIME_CODE_EXPIRED");
    }
    expect(await refusalOf(use(phone, code, owner))).toBe("none");
  });

  it("stands beside those that others asked for", async () => {
    const [phone, owner, other] = [newPhone(), asker(), asker()];
    const mine = await ask(phone, owner);
    const theirs = await ask(phone, other);
    if (mine !== theirs) expect(await refusalOf(use(phone, mine, other))).toBe("ONE_TIME_CODE_WRONG");
    expect(await refusalOf(use(phone, mine, owner))).toBe("none");
    expect(await refusalOf(use(phone, theirs, other))).toBe("none");
  });

  it("is stored as something that is of no use at another place or with another key", async () => {
    const [phone, who] = [newPhone(), asker()];
    const code = await ask(phone, who);
    const { redis } = base;
    const [key = ""] = await redis.keys("one-time-code:*");
    const index = phoneSealOf(strict).index(phone);
    expect(key.startsWith(`one-time-code:{${index}}:browser:`)).toBe(true);
    expect(key).not.toContain(who.browserId);
    const record = await redis.hgetall(key);
    expect(record).toEqual({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), tries: "0" });
    expect(await redis.ttl(key)).toBeGreaterThan(0);
    // Copied to the record of another browser it fits nothing.
    const thief = asker();
    await ask(phone, thief);
    const theirs = (await redis.keys("one-time-code:*")).find((name) => name !== key) ?? "";
    await redis.hset(theirs, record);
    expect(await refusalOf(use(phone, code, thief))).toBe("ONE_TIME_CODE_WRONG");
    const rekeyed = envWith({ AUTH_SECRET: "another-secret-of-this-test-only" });
    expect(await refusalOf(use(phone, code, who, rekeyed))).toBe("ONE_TIME_CODE_WRONG");
  });
});

describe("limits", () => {
  it("give one asker one code a minute and ten a day", async () => {
    const [phone, who] = [newPhone(), asker()];
    await ask(phone, who);
    expect(await refusalOf(ask(phone, who))).toBe("RATE_LIMITED");
    // Neither another browser at the address nor another address of the browser is somebody else.
    expect(await refusalOf(ask(phone, asker({ address: who.address })))).toBe("RATE_LIMITED");
    expect(await refusalOf(ask(phone, asker({ browserId: who.browserId })))).toBe("RATE_LIMITED");
    const daily = envWith({ RATE_LIMIT_ONE_TIME_CODE: "10/86400" });
    const [next, often] = [newPhone(), asker()];
    for (let i = 0; i < 10; i++) await ask(next, often, daily);
    expect(await refusalOf(ask(next, often, daily))).toBe("RATE_LIMITED");
  });

  it("count an IPv6 network as one", async () => {
    const at = (n: number) =>
      asker({ browserId: undefined, address: parseAddress(`2001:db8::${n}`) ?? UNKNOWN_ADDRESS });
    const phone = newPhone();
    await ask(phone, at(1));
    expect(await refusalOf(ask(phone, at(2)))).toBe("RATE_LIMITED");
    for (let i = 3; i < 32; i++) await ask(newPhone(), at(i));
    expect(await refusalOf(ask(newPhone(), at(99)))).toBe("RATE_LIMITED");
  });

  it("slow strangers to a phone down, and neither its owner's browser nor address", async () => {
    const [phone, owner] = [newPhone(), asker()];
    await use(phone, await ask(phone, owner), owner);
    const outcomes: string[] = [];
    for (let i = 0; i < 25; i++) outcomes.push(await refusalOf(ask(phone, asker())));
    expect(outcomes.slice(0, 19)).toEqual(Array(19).fill("none"));
    expect(outcomes.slice(-4)).toEqual(Array(4).fill("RATE_LIMITED"));
    // A minute later: what the owner was counted for has run out, and what the strangers were has not.
    await base.redis.del(...(await base.redis.keys("rate:*")));
    const later = envWith({ RATE_LIMIT_ONE_TIME_CODE: "2/60,10/86400" });
    const travelling = asker({ browserId: owner.browserId });
    expect(await refusalOf(use(phone, await ask(phone, travelling, later), travelling))).toBe("none");
    const newDevice = asker({ address: owner.address });
    expect(await refusalOf(use(phone, await ask(phone, newDevice, later), newDevice))).toBe("none");
  });

  it("make waits longer and longer, and forget within a day", async () => {
    const phone = newPhone();
    const index = phoneSealOf(strict).index(phone);
    for (let i = 0; i < 20; i++) await ask(phone, asker());
    const key = `codes-asked:${index}`;
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      const refused = await ask(phone, asker()).catch(
        (error: { details: { retryAfterMs: number } }) => error,
      );
      waits.push(
        Math.round((refused as { details: { retryAfterMs: number } }).details.retryAfterMs / 60_000),
      );
      await base.redis.hset(key, "from", 0);
      await ask(phone, asker());
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(await base.redis.pttl(key)).toBeLessThanOrEqual(86_400_000);
  });

  it("let nobody guess at one phone from many places", async () => {
    const phone = newPhone();
    const raised = envWith({ RATE_LIMIT_ONE_TIME_CODE: "1000/60" });
    let tried = 0;
    for (let i = 0; i < 18; i++) {
      const who = asker();
      const code = await ask(phone, who, raised);
      for (let n = 0; n < 5; n++) {
        const outcome = await refusalOf(use(phone, wrongFor(code), who, raised));
        if (outcome === "ONE_TIME_CODE_WRONG") tried++;
        else expect(outcome).toBe("RATE_LIMITED");
      }
    }
    expect(tried).toBe(60);
  });

  it("let nobody guess at many phones from one place", async () => {
    const [at, tries] = [address(), { wrong: 0, refused: 0 }];
    for (let i = 0; i < 30; i++) {
      const [phone, who] = [newPhone(), asker({ address: at })];
      const code = await ask(phone, who);
      for (let n = 0; n < 5; n++) {
        const outcome = await refusalOf(use(phone, wrongFor(code), who));
        if (outcome === "ONE_TIME_CODE_WRONG") tries.wrong++;
        else if (outcome === "RATE_LIMITED") tries.refused++;
      }
    }
    expect(tries).toEqual({ wrong: 60, refused: 90 });
  });
});

describe("budgets", () => {
  const alarms = async () =>
    (
      await base.live.sql<{ kind: string; subject: string; times: number }[]>`
        SELECT kind, subject, times FROM alarms ORDER BY id`
    ).map((row) => ({ ...row }));
  beforeEach(async () => {
    await tamper(databases.liveOwnerUrl, "DELETE FROM alarms");
  });

  it("end at so many codes an hour to a country, with a warning before, for strangers only", async () => {
    const env = envWith({ SMS_COUNTRY_CODES_PER_HOUR: "10", RATE_LIMIT_ONE_TIME_CODE: "2/60" });
    const [phone, owner] = [newPhone(), asker()];
    await use(phone, await ask(phone, owner, env), owner, env);
    const outcomes = await Promise.all(
      Array.from({ length: 15 }, () => refusalOf(ask(newPhone(), asker(), env))),
    );
    expect(outcomes.filter((outcome) => outcome === "none")).toHaveLength(9);
    expect(outcomes.filter((outcome) => outcome === "RATE_LIMITED")).toHaveLength(6);
    expect(await refusalOf(ask("+8613912345678", asker(), env))).toBe("none");
    expect(await refusalOf(use(phone, await ask(phone, owner, env), owner, env))).toBe("none");
    const raised = await alarms();
    expect(raised).toHaveLength(2);
    expect(raised).toEqual(
      expect.arrayContaining([
        { kind: "sms.budget_low", subject: "sms:strangers:+1", times: 1 },
        { kind: "sms.budget_reached", subject: "sms:strangers:+1", times: 1 },
      ]),
    );
  });

  it("end over all, and differ by prefix", async () => {
    const env = envWith({
      SMS_CODES_PER_HOUR: "3",
      SMS_PREFIX_CODES_PER_HOUR: "1876:0,1:2",
    });
    expect(await refusalOf(ask("+18765551234", asker(), env))).toBe("RATE_LIMITED");
    expect(await refusalOf(ask("+15551110001", asker(), env))).toBe("none");
    expect(await refusalOf(ask("+15551110002", asker(), env))).toBe("none");
    expect(await refusalOf(ask("+15551110003", asker(), env))).toBe("RATE_LIMITED");
    expect(await refusalOf(ask("+447911123456", asker(), env))).toBe("none");
    expect(await refusalOf(ask("+4915112345678", asker(), env))).toBe("RATE_LIMITED");
    expect((await alarms()).map(({ subject }) => subject)).toContain("sms:strangers:all");
  });
});

describe("in demo mode a client without cookies", () => {
  const demo = parseEnv(production);

  it("may use what it asked for, once, and not from another address or as another client", async () => {
    const [phone, bare] = [newPhone(), asker({ browserId: undefined })];
    const code = await ask(phone, bare, demo);
    const elsewhere = asker({ browserId: undefined });
    expect(await refusalOf(use(phone, code, elsewhere, demo))).toBe("ONE_TIME_CODE_EXPIRED");
    const otherKind = { ...bare, userAgent: "another" };
    expect(await refusalOf(use(phone, code, otherKind, demo))).toBe("ONE_TIME_CODE_EXPIRED");
    expect(await refusalOf(use(phone, code, bare, demo))).toBe("none");
    expect(await refusalOf(use(phone, code, bare, demo))).toBe("ONE_TIME_CODE_EXPIRED");
  });

  it("gets nothing of a browser that had its name when it asked", async () => {
    const [phone, owner] = [newPhone(), asker()];
    const code = await ask(phone, owner, demo);
    const bare = { ...owner, browserId: undefined };
    expect(await refusalOf(use(phone, code, bare, demo))).toBe("ONE_TIME_CODE_EXPIRED");
    expect(await refusalOf(use(phone, code, owner, demo))).toBe("none");
  });

  it("signs demo people in by their fixed code without asking", async () => {
    const bare = asker({ browserId: undefined });
    expect(await refusalOf(use("+8613800000001", "000000", bare, demo))).toBe("none");
  });
});
