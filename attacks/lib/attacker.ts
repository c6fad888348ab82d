import { randomInt } from "node:crypto";
import { expect, inject, vi } from "vitest";
import { type FinanceDb, type LiveDb, openFinanceDb, openLiveDb } from "@/db/client";
import type { Role } from "@/domain/contracts/ids";
import { createLog } from "@/platform/observability/log";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import { sendSessionNotice } from "@/server/auth/session-notices";
import { ApiClient } from "@/testkit/api-client";

export const target = inject("target");

/** An IPv4 address that nobody else in the attacks has, from the range for benchmarks (RFC 2544). */
export const newAddress = () => `198.${18 + randomInt(2)}.${randomInt(256)}.${1 + randomInt(254)}`;

/** A phone number that nobody else in the attacks has. */
export const newPhone = () => `+1555${randomInt(1_000_000, 10_000_000)}`;

/** A browser at an address of its own, signed out. */
export function newVisitor(address = newAddress()): ApiClient {
  return new ApiClient(target.webUrl, { "x-forwarded-for": address, origin: target.webUrl });
}

export interface Person {
  client: ApiClient;
  userId: string;
  phone: string;
}

/** Somebody who has just signed up, as a viewer; or a demo person, who has coins, by their phone. */
export async function newPerson(phone = newPhone()): Promise<Person> {
  const client = newVisitor();
  await client.signInByPhone(phone);
  return { client, phone, userId: await userIdOf(client) };
}

async function userIdOf(client: ApiClient): Promise<string> {
  const { data } = await client.query<{ userId: string }>("session.me");
  return data.userId;
}

/** As `expect.poll`, also where no test runs yet. */
const comesTrue = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 20_000 });

/** Tells every process that somebody is not who they were. */
async function tellOfChange({ userId }: Person): Promise<void> {
  const log = createLog("attacks");
  const redis = openRedis(target.redisUrl, log, { name: "attacks" });
  await waitForRedis(redis, 5_000);
  await sendSessionNotice(redis, log, { userId });
  redis.disconnect();
}

/** Bans somebody; from then on their session is nobody's. */
export async function banPerson(person: Person): Promise<void> {
  await withLive(
    (live) => live.sql`UPDATE users SET banned = true, updated_at = now() WHERE id = ${person.userId}`,
  );
  await tellOfChange(person);
  await comesTrue(async () => {
    expect((await person.client.query("ops.alarms", {})).error?.name).toBe("UNAUTHENTICATED");
  });
}

/** Somebody new in another role. */
export async function newPersonAs(role: Role): Promise<Person> {
  const person = await newPerson();
  await withLive(
    (live) => live.sql`UPDATE users SET role = ${role}, updated_at = now() WHERE id = ${person.userId}`,
  );
  await tellOfChange(person);
  await comesTrue(async () => {
    expect((await person.client.query<{ role: Role }>("session.me")).data.role).toBe(role);
  });
  return person;
}

export async function withLive<T>(work: (live: LiveDb) => PromiseLike<T>): Promise<T> {
  const live = openLiveDb(target.liveUrl, { poolMax: 2, applicationName: "attacks" });
  try {
    return await work(live);
  } finally {
    await live.close();
  }
}

export async function withFinance<T>(work: (finance: FinanceDb) => PromiseLike<T>): Promise<T> {
  const finance = openFinanceDb(target.financeUrl, { poolMax: 2, applicationName: "attacks" });
  try {
    return await work(finance);
  } finally {
    await finance.close();
  }
}
