import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type FinanceDb, type LiveDb, openFinanceDb, openLiveDb } from "./client";
import { revenueShares } from "./finance/schema";
import { gifts } from "./live/schema";
import { arrayLiteral } from "./pg-array";
import { createTestDatabases, type TestDatabases } from "./testing/create-test-databases";

let databases: TestDatabases;
let live: LiveDb;
let finance: FinanceDb;
const options = { poolMax: 2, applicationName: "downpour-test" };
beforeAll(async () => {
  databases = await createTestDatabases();
  live = openLiveDb(databases.liveUrl, options);
  finance = openFinanceDb(databases.financeUrl, options);
});
afterAll(async () => {
  await Promise.all([live?.close(), finance?.close()]);
  await databases?.drop();
});

const at = new Date("2026-03-01T12:34:56.789Z");

it("gives and takes times as dates in statements written by hand, on both databases", async () => {
  for (const { sql } of [live, finance]) {
    const [row] = await sql<{ at: Date; same: boolean; none: Date | null }[]>`
      SELECT ${at}::timestamptz AS at, ${at}::timestamptz = '2026-03-01T12:34:56.789Z' AS same, NULL::timestamptz AS none`;
    expect(row).toEqual({ at, same: true, none: null });
    const [list] = await sql<{ times: Date[] }[]>`
      SELECT ${arrayLiteral([at.toISOString()])}::timestamptz[] AS times`;
    expect(list?.times).toEqual([at]);
  }
});

it("gives and takes times as dates through the ORM too", async () => {
  await live.orm
    .insert(gifts)
    .values({ id: "rose", nameEn: "Rose", nameZh: "玫瑰", priceCoins: 1, effect: "rose", createdAt: at });
  const [gift] = await live.orm.select().from(gifts).where(eq(gifts.createdAt, at));
  expect(gift?.createdAt).toEqual(at);

  await finance.orm.insert(revenueShares).values({ shareBps: 6_000, effectiveAt: at });
  const [share] = await finance.orm.select().from(revenueShares).where(eq(revenueShares.effectiveAt, at));
  expect(share?.effectiveAt).toEqual(at);
});

it("ends a transaction whose client says nothing any more, and frees what it has locked", async () => {
  const { sql, close } = openLiveDb(databases.liveUrl, { ...options, idleInTransactionMs: 300 });
  let goOn = () => {};
  const frozen = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let transaction: Promise<unknown> | undefined;
  await new Promise<void>((locked) => {
    transaction = sql
      .begin(async (tx) => {
        await tx`SELECT 1 FROM gift_buckets WHERE bucket = 1 FOR UPDATE`;
        locked();
        await frozen;
      })
      .catch((error: unknown) => error);
  });
  // Waits for the lock until it is free: the statement itself would end this test otherwise.
  expect(await live.sql`SELECT bucket FROM gift_buckets WHERE bucket = 1 FOR UPDATE`).toHaveLength(1);
  goOn();
  expect(await transaction).toBeInstanceOf(Error);
  await close();
});
