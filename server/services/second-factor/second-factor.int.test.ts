import { randomInt, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { NewSecondFactor, SecondFactorView } from "@/domain/contracts/second-factor";
import { sendSessionNotice } from "@/server/auth/session-notices";
import { startWebHarness, type WebHarness } from "@/server/testing/web-harness";
import { ApiClient } from "@/testkit/api-client";
import { Authenticator } from "@/testkit/authenticator";
import type { Me } from "../session/get-me";

let databases: TestDatabases;
let redis: TestRedis;
/** In one, operators may set a second factor up; in the other they must. */
let free: WebHarness;
let strict: WebHarness;

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  const settings = {
    RATE_LIMIT_ANONYMOUS: "100000/10",
    RATE_LIMIT_USER: "100000/10",
    RATE_LIMIT_ONE_TIME_CODE: "100/60",
  };
  free = await startWebHarness({ ...databases, ...redis }, settings);
  strict = await startWebHarness({ ...databases, ...redis }, { ...settings, OPERATOR_SECOND_FACTOR: "on" });
});
afterAll(async () => {
  await Promise.all([free?.close(), strict?.close()]);
  await Promise.all([databases?.drop(), redis?.drop()]);
});

const newPhone = () => `+1555${randomInt(1_000_000, 10_000_000)}`;
const meOf = async (client: ApiClient) => (await client.query<Me>("session.me")).data;
const mayOperate = async (client: ApiClient) => (await client.query("ops.alarms", {})).error?.name ?? "yes";

async function signIn(web: WebHarness, phone: string): Promise<ApiClient> {
  const client = new ApiClient(web.url);
  await client.signInByPhone(phone);
  return client;
}

async function newOperator(web: WebHarness) {
  const phone = newPhone();
  const client = await signIn(web, phone);
  const { userId } = await meOf(client);
  const { live, log } = web.resources;
  await live.sql`UPDATE users SET role = 'operator' WHERE id = ${userId}`;
  await sendSessionNotice(web.resources.redis, log, { userId });
  await expect
    .poll(async () => {
      const me = await meOf(client);
      return me.role === "operator" || me.pendingFactor !== undefined;
    })
    .toBe(true);
  return { client, phone, userId };
}

async function enrol(client: ApiClient) {
  const { data } = await client.mutate<NewSecondFactor>("me.startSecondFactor", undefined);
  const authenticator = new Authenticator(data.secret);
  const confirmed = await client.mutate<{ recoveryCodes: string[] }>("me.confirmSecondFactor", {
    code: await authenticator.codeIn(),
  });
  return { authenticator, secret: data.secret, recoveryCodes: confirmed.data.recoveryCodes };
}
const verify = (client: ApiClient, code: string) =>
  client.mutate<SecondFactorView>("me.verifySecondFactor", { code });
const wrongFor = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

describe("an operator without a second factor", () => {
  it("works where none is needed, and can do nothing but set one up where it is", async () => {
    const here = await newOperator(free);
    expect(await mayOperate(here.client)).toBe("yes");

    const there = await signIn(strict, here.phone);
    expect(await meOf(there)).toMatchObject({ role: "guest", pendingFactor: "enrol" });
    expect(await mayOperate(there)).toBe("FORBIDDEN");
    // Neither what people with an account may, nor what operators may do in rooms.
    expect((await there.query("me.account")).error?.name).toBe("GUEST_CANNOT_SPEND");
    expect((await there.query("chat.reports", {})).error?.name).toBe("FORBIDDEN");
    const { recoveryCodes } = await enrol(there);
    expect(new Set(recoveryCodes).size).toBe(10);
    expect(await mayOperate(there)).toBe("yes");
  });
});

describe("an operator with a second factor", () => {
  it("gives a code in each browser, each code once, and nothing of it can be read in the database", async () => {
    const { client, phone, userId } = await newOperator(free);
    const { authenticator, secret, recoveryCodes } = await enrol(client);
    expect(await mayOperate(client)).toBe("yes");

    const other = await signIn(free, phone);
    expect(await meOf(other)).toMatchObject({ role: "guest", pendingFactor: "verify" });
    expect(await mayOperate(other)).toBe("FORBIDDEN");
    // A second secret in the place of the one in force would be a way around it.
    expect((await other.mutate("me.startSecondFactor", undefined)).error?.name).toBe("FORBIDDEN");
    expect((await verify(other, wrongFor(await authenticator.codeIn()))).error?.name).toBe(
      "ONE_TIME_CODE_WRONG",
    );
    const code = await authenticator.codeIn(1);
    expect((await verify(other, code)).data).toMatchObject({ isEnrolled: true, recoveryCodesLeft: 10 });
    expect(await mayOperate(other)).toBe("yes");

    const third = await signIn(free, phone);
    expect((await verify(third, code)).error?.name).toBe("ONE_TIME_CODE_WRONG");
    const [recovery = ""] = recoveryCodes;
    expect((await verify(third, recovery.toUpperCase())).data).toMatchObject({ recoveryCodesLeft: 9 });
    expect((await verify(await signIn(free, phone), recovery)).error?.name).toBe("ONE_TIME_CODE_WRONG");

    const { live } = free.resources;
    const rows = await live.sql`SELECT secret_cipher AS text FROM second_factors WHERE user_id = ${userId}
      UNION ALL SELECT code_hash FROM recovery_codes WHERE user_id = ${userId}`;
    const stored = JSON.stringify(rows);
    expect(rows).toHaveLength(11);
    for (const hidden of [secret, ...recoveryCodes, recovery.replace("-", "")])
      expect(stored).not.toContain(hidden);
    const audit =
      await live.sql`SELECT action FROM operator_actions WHERE subject = ${`user:${userId}`} ORDER BY id`;
    expect(audit.map(({ action }) => action)).toEqual(["second-factor.enrol", "second-factor.recover"]);
  });

  it("is right once however many try at once, and locked after a few wrong ones, for the right one too", async () => {
    const { client, phone, userId } = await newOperator(free);
    const { authenticator } = await enrol(client);
    const other = await signIn(free, phone);
    const code = await authenticator.codeIn(1);
    const tries = await Promise.all(Array.from({ length: 4 }, () => verify(other, code)));
    expect(tries.filter(({ error }) => error === undefined)).toHaveLength(1);

    const { live } = free.resources;
    await live.sql`UPDATE second_factors SET wrong_tries = 0, last_step = 0 WHERE user_id = ${userId}`;
    const third = await signIn(free, phone);
    const wrong = wrongFor(await authenticator.codeIn());
    const guesses = await Promise.all(Array.from({ length: 20 }, () => verify(third, wrong)));
    const names = guesses.map(({ error }) => error?.name);
    expect(names.filter((name) => name === "ONE_TIME_CODE_WRONG")).toHaveLength(5);
    expect(names.filter((name) => name === "ONE_TIME_CODE_LOCKED")).toHaveLength(15);
    expect((await verify(third, await authenticator.codeIn())).error?.name).toBe("ONE_TIME_CODE_LOCKED");
    expect(await mayOperate(third)).toBe("FORBIDDEN");
    await live.sql`UPDATE second_factors SET locked_until = now() WHERE user_id = ${userId}`;
    expect((await verify(third, await authenticator.codeIn())).error).toBeUndefined();
  });

  it("gives a fresh code for what gives power or much money", async () => {
    const { client } = await newOperator(free);
    const { authenticator } = await enrol(client);
    const person = await signIn(free, newPhone());
    const { userId } = await meOf(person);
    const { live } = free.resources;
    const { userId: ownId } = await meOf(client);
    const setRole = () => client.mutate("people.setRole", { userId, role: "anchor", reason: "streams" });
    await live.sql`UPDATE auth_sessions SET second_factor_at = now() - interval '6 minutes' WHERE user_id = ${ownId}`;
    expect((await setRole()).error?.name).toBe("SECOND_FACTOR_NEEDED");
    expect(await mayOperate(client)).toBe("yes");
    expect((await verify(client, await authenticator.codeIn(1))).error).toBeUndefined();
    expect((await setRole()).error?.name).not.toBe("SECOND_FACTOR_NEEDED");
  });

  it("who has lost it gets it reset by another operator, and every session ends", async () => {
    const lost = await newOperator(free);
    await enrol(lost.client);
    const helper = await newOperator(free);
    const reset = (client: ApiClient, userId: string) =>
      client.mutate("people.resetSecondFactor", { userId, reason: "lost the phone" });
    expect((await reset(lost.client, lost.userId)).error?.name).toBe("FORBIDDEN");
    expect((await reset(helper.client, randomUUID())).error?.name).toBe("NOT_FOUND");
    expect((await reset(helper.client, lost.userId)).error).toBeUndefined();
    await expect.poll(() => mayOperate(lost.client)).toBe("UNAUTHENTICATED");
    const again = await signIn(strict, lost.phone);
    expect(await meOf(again)).toMatchObject({ pendingFactor: "enrol" });
    const [row] = await free.resources.live.sql`SELECT actor_id, reason FROM operator_actions
      WHERE action = 'second-factor.reset' AND subject = ${`user:${lost.userId}`}`;
    expect(row).toEqual({ actor_id: helper.userId, reason: "lost the phone" });
  });
});

describe("an operator's session", () => {
  it("ends after its hours, however busy it was; a viewer's goes on", async () => {
    const { live } = free.resources;
    const operator = await newOperator(free);
    const viewer = await signIn(free, newPhone());
    const { userId: viewerId } = await meOf(viewer);
    await live.sql`UPDATE auth_sessions SET created_at = now() - interval '13 hours' WHERE user_id IN (${operator.userId}, ${viewerId})`;
    for (const userId of [operator.userId, viewerId])
      await sendSessionNotice(free.resources.redis, free.resources.log, { userId });
    await expect.poll(() => mayOperate(operator.client)).toBe("UNAUTHENTICATED");
    expect(await live.sql`SELECT 1 FROM auth_sessions WHERE user_id = ${operator.userId}`).toHaveLength(0);
    expect((await meOf(viewer)).userId).toBe(viewerId);
  });
});
