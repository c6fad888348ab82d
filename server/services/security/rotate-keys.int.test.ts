import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLiveDb } from "@/db/client";
import { sealPlainPhones } from "@/db/live/queries/sealed-phones";
import { putWaitingFactor } from "@/db/live/queries/second-factors";
import { tamper } from "@/db/testing/tamper";
import { createPhoneSeal } from "@/platform/security/phone-seal";
import { createVault } from "@/platform/security/vault";
import { callBy } from "@/server/testing/money-harness";
import { type PayoutHarness, startPayoutHarness } from "@/server/testing/payout-harness";
import { secondFactorPlace } from "../second-factor/time-codes";
import { openPayoutAccount, sealPayoutAccount } from "../withdrawal/payout-account";
import { requestWithdrawal } from "../withdrawal/request-withdrawal";
import { rotateKeys } from "./rotate-keys";

const PEOPLE = 1_200;
const newKey = () => randomBytes(32).toString("base64");
const BLIND_INDEX_KEY = newKey();
const [oldKey, newerKey] = [newKey(), newKey()];
const before = { DATA_KEYS: `old:${oldKey}`, BLIND_INDEX_KEY };
const during = { DATA_KEYS: `new:${newerKey},old:${oldKey}`, BLIND_INDEX_KEY };
const after = { DATA_KEYS: `new:${newerKey}`, BLIND_INDEX_KEY };
const phoneOf = (i: number) => `+1555${1_000_000 + i}`;

let harness: PayoutHarness;
const people = Array.from({ length: PEOPLE }, () => randomUUID());
beforeAll(async () => {
  harness = await startPayoutHarness();
  const { liveOwnerUrl } = harness;
  const { sql } = harness.resources.live;
  // As a database of the time before there were keys: the constraint comes with the numbers' sealing.
  await tamper(liveOwnerUrl, "ALTER TABLE users DROP CONSTRAINT users_phone_sealed");
  for (const [i, id] of people.entries()) {
    await sql`INSERT INTO users (id, name, email, phone_index) VALUES (${id}, 'N', ${id}, ${phoneOf(i)})`;
  }
  await sql`INSERT INTO auth_verifications (id, identifier, value, expires_at)
    VALUES (${randomUUID()}, ${phoneOf(0)}, '123456:0', now())`;
  await tamper(
    liveOwnerUrl,
    `ALTER TABLE users ADD CONSTRAINT users_phone_sealed CHECK ((phone_index IS NULL) = (phone_cipher IS NULL)
    AND phone_index ~ '^[0-9a-f]{64}$' AND phone_cipher LIKE 'v1:%') NOT VALID`,
  );
});
afterAll(() => harness?.close());

describe("numbers that stand in the plain", () => {
  it("are sealed once, and the database refuses any more", async () => {
    const { live } = harness.resources;
    const phones = createPhoneSeal(createVault(before));
    // Migrations do it, as the owner.
    const owner = openLiveDb(harness.liveOwnerUrl, { poolMax: 2, applicationName: "owner" });
    // Two nodes that start together.
    const changed = await Promise.all([sealPlainPhones(owner, phones), sealPlainPhones(owner, phones)]);
    expect(changed.reduce((a, b) => a + b, 0)).toBe(PEOPLE);
    expect(await sealPlainPhones(owner, phones)).toBe(0);
    await owner.close();
    const id = people[7] as string;
    const [row] = await live.sql`SELECT phone_index, phone_cipher FROM users WHERE id = ${id}`;
    expect(row?.phone_index).toBe(phones.index(phoneOf(7)));
    expect(phones.open(id, row?.phone_cipher as string)).toBe(phoneOf(7));
    expect(await live.sql`SELECT 1 FROM auth_verifications`).toHaveLength(0);
    await expect(live.sql`UPDATE users SET phone_index = ${phoneOf(7)} WHERE id = ${id}`).rejects.toThrow(
      "users_phone_sealed",
    );
  });
});

describe("rotating keys", () => {
  it("seals everything anew while the product runs, goes on after a cut, and leaves the old key unneeded", async () => {
    const { resources } = harness;
    const { live, finance } = resources;
    const anchorId = await harness.anchorWith(500_000);
    const account = { kind: "bank", name: "王小明", number: "6222020205112233445" } as const;
    const by = callBy({ ...resources, env: { ...resources.env, ...before } }, anchorId, "anchor");
    const { withdrawalId } = await requestWithdrawal(by, {
      withdrawalId: randomUUID(),
      amountFen: 1_000,
      payoutAccount: account,
    });
    await putWaitingFactor(live, {
      userId: people[3] as string,
      secretCipher: createVault(before).seal(secondFactorPlace(people[3] as string), "a secret"),
    });
    const vault = createVault(during);

    // Cut off somewhere in the middle: the database goes away under it.
    await tamper(
      harness.liveOwnerUrl,
      `CREATE FUNCTION cut_off() RETURNS trigger AS $$ BEGIN
        IF (SELECT count(*) FROM users WHERE phone_cipher LIKE 'v1:new:%') >= 500 THEN RAISE EXCEPTION 'cut off'; END IF;
        RETURN NULL; END $$ LANGUAGE plpgsql;
      CREATE TRIGGER cut_off BEFORE UPDATE ON users FOR EACH STATEMENT EXECUTE FUNCTION cut_off();`,
    );
    await expect(rotateKeys(resources, vault)).rejects.toThrow("cut off");
    await tamper(harness.liveOwnerUrl, "DROP TRIGGER cut_off ON users; DROP FUNCTION cut_off;");

    // Two at once, and somebody changes a number meanwhile.
    const changedId = people[PEOPLE - 1] as string;
    const phones = createPhoneSeal(vault);
    const [first, second] = await Promise.all([
      rotateKeys(resources, vault),
      rotateKeys(resources, vault),
      live.sql`UPDATE users SET phone_index = ${phones.index("+15559999999")},
        phone_cipher = ${phones.seal(changedId, "+15559999999")} WHERE id = ${changedId}`,
    ]);
    const rotated = (columns: typeof first, i: number) => columns[i]?.rotated ?? 0;
    expect(rotated(first, 0) + rotated(second, 0)).toBeGreaterThanOrEqual(PEOPLE - 501);
    expect(rotated(first, 1) + rotated(second, 1)).toBe(1);
    expect(rotated(first, 2) + rotated(second, 2)).toBe(1);
    const [last, ...rest] = await rotateKeys(resources, vault);
    expect([last, ...rest]).toEqual([
      { name: "users.phone_cipher", rotated: 0, unreadable: 0, byKey: new Map([["new", PEOPLE]]) },
      { name: "second_factors.secret_cipher", rotated: 0, unreadable: 0, byKey: new Map([["new", 1]]) },
      { name: "withdrawals.account_cipher", rotated: 0, unreadable: 0, byKey: new Map([["new", 1]]) },
    ]);

    // The old key is gone from the settings, and everything can still be read.
    const later = createPhoneSeal(createVault(after));
    const rows = await live.sql<
      { id: string; phone_cipher: string }[]
    >`SELECT id, phone_cipher FROM users WHERE phone_cipher IS NOT NULL`;
    const opened = new Map(rows.map((row) => [row.id, later.open(row.id, row.phone_cipher)]));
    expect(people.map((id) => opened.get(id))).toEqual(
      people.map((id, i) => (id === changedId ? "+15559999999" : phoneOf(i))),
    );
    const [row] = await finance.sql<{ account_cipher: string }[]>`SELECT account_cipher FROM withdrawals`;
    const named = { anchorId, withdrawalId, accountCipher: row?.account_cipher ?? "" };
    expect(openPayoutAccount(after, named)).toEqual(account);
    // Looking up and comparing does not depend on the key that rotates.
    expect(later.index(phoneOf(7))).toBe(phones.index(phoneOf(7)));
    expect(sealPayoutAccount(after, anchorId, withdrawalId, account).index).toBe(
      sealPayoutAccount(before, anchorId, withdrawalId, account).index,
    );
  });

  it("says how many values no key opens, and leaves them as they are", async () => {
    const { resources } = harness;
    const other = createVault({ DATA_KEYS: `third:${newKey()}`, BLIND_INDEX_KEY });
    const [phones] = await rotateKeys(resources, other);
    expect(phones).toMatchObject({ rotated: 0, unreadable: PEOPLE, byKey: new Map([["new", PEOPLE]]) });
  });
});
