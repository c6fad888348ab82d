import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { phoneSealOf } from "@/platform/security/phone-seal";
import { startWebHarness, type WebHarness } from "@/server/testing/web-harness";
import { ApiClient } from "@/testkit/api-client";
import { respellPhones } from "./respell-phones";

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  web = await startWebHarness({ ...databases, ...redis }, { RATE_LIMIT_ANONYMOUS: "1000000/10" });
});
afterAll(async () => {
  await web?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

/** As they were stored when every spelling was a number of its own. */
async function store(phone: string): Promise<string> {
  const id = uuidv7();
  const phones = phoneSealOf(web.resources.env);
  await web.resources.live.sql`
    INSERT INTO users (id, name, email, phone_index, phone_cipher, role)
    VALUES (${id}, 'N', ${`${id}@users.invalid`}, ${phones.index(phone)}, ${phones.seal(id, phone)}, 'viewer')`;
  return id;
}

async function phoneOf(id: string): Promise<string> {
  const [row] = await web.resources.live.sql`SELECT phone_index, phone_cipher FROM users WHERE id = ${id}`;
  const phones = phoneSealOf(web.resources.env);
  const phone = phones.open(id, row?.phone_cipher as string);
  expect(row?.phone_index).toBe(phones.index(phone));
  return phone;
}

const alarms = () =>
  web.resources.live.sql`SELECT subject, facts, times FROM alarms WHERE kind = 'people.phone_doubles'
    ORDER BY id`;

describe("stored telephone numbers", () => {
  it("get their one spelling; two accounts of one telephone are told of once, and neither is touched", async () => {
    const plain = await store("+14155552671");
    const [zero, british, argentine] = [
      await store("+86013811112222"),
      await store("+4407911123456"),
      await store("+54111512345678"),
    ];
    const [owner, double] = [await store("+8613933334444"), await store("+86013933334444")];
    const [older, younger] = [await store("+49015112345678"), await store("+49(0)15112345678")];
    const impossible = await store("+15550001111999");

    expect(await respellPhones(web.resources)).toMatchObject({
      respelled: 4,
      impossible: expect.any(Number),
    });
    expect(await phoneOf(plain)).toBe("+14155552671");
    expect(await phoneOf(zero)).toBe("+8613811112222");
    expect(await phoneOf(british)).toBe("+447911123456");
    expect(await phoneOf(argentine)).toBe("+5491112345678");
    expect(await phoneOf(owner)).toBe("+8613933334444");
    expect(await phoneOf(double)).toBe("+86013933334444");
    expect(await phoneOf(older)).toBe("+4915112345678");
    expect(await phoneOf(younger)).toBe("+49(0)15112345678");
    expect(await phoneOf(impossible)).toBe("+15550001111999");
    const told = [
      { subject: `user:${double}`, facts: { sameAs: owner }, times: 1 },
      { subject: `user:${younger}`, facts: { sameAs: older }, times: 1 },
    ];
    expect([...(await alarms())]).toEqual(told);

    // Again: nothing is left to do, and nobody is told twice, also not of what was looked at.
    await web.resources.live.sql`UPDATE alarms SET acknowledged_at = now()`;
    expect(await respellPhones(web.resources)).toMatchObject({ respelled: 0, doubles: 2 });
    expect([...(await alarms())]).toEqual(told);
  });

  it("are found by whoever signs in, in any spelling, and share one allowance", async () => {
    const id = await store("+86013755556666");
    await respellPhones(web.resources);
    const spellings = [
      "+86 137-5555-6666",
      "008613755556666",
      "+86 (0)137 5555 6666",
      "＋８６１３７５５５５６６６６",
      "+8613755556666",
    ];
    const client = new ApiClient(web.url);
    const ask = (phoneNumber: string) => client.postJson("/api/auth/phone-number/send-otp", { phoneNumber });
    const inboxOf = async (phoneNumber: string) =>
      (await fetch(`${web.url}/api/dev/inbox?phone=${encodeURIComponent(phoneNumber)}`)).json();
    expect((await ask(spellings[0] as string)).status).toBe(200);
    for (const spelling of spellings) expect((await ask(spelling)).status).toBe(429);
    const { code } = (await inboxOf(spellings[1] as string)) as { code: string };
    for (const spelling of spellings) expect(await inboxOf(spelling)).toMatchObject({ code });
    const verified = await client.postJson("/api/auth/phone-number/verify", {
      phoneNumber: spellings[2],
      code: ` ${code.slice(0, 3)}\u00a0${String.fromCodePoint((code.codePointAt(3) ?? 0) + 0xfee0)}-${code.slice(4)}\u200e`,
    });
    expect(verified.status).toBe(200);
    expect((await client.query<{ userId: string }>("session.me")).data.userId).toBe(id);
  });

  it.each(["+86138000000012345", "13800000001", "+999123456", "+8613800000001 ext. 5", "+1555000"])(
    "cannot be %s, which is refused with a sentence",
    async (phoneNumber) => {
      const answer = await new ApiClient(web.url).postJson("/api/auth/phone-number/send-otp", {
        phoneNumber,
      });
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain("telephone number with its country");
    },
  );
});
