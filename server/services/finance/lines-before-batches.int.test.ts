import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { openFinanceDb } from "@/db/client";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { migrateFinance } from "@/db/migrate";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
  userInBucket,
} from "@/server/testing/money-harness";
import { checkInvariants } from "../audit/check-invariants";
import { listAnyLines } from "./list-lines";
import { recomputeLine } from "./recompute-line";
import { settleNewGifts } from "./settle-gifts";

const MIGRATIONS = "db/finance/migrations";
/** The last one in which a line was of one bucket's range and named it itself. */
const LAST_BEFORE = 3;
const DATABASE = `finance_before_${randomUUID().slice(0, 8)}`;
const A = "00000000-0000-4000-8000-0000000000aa";
const B = "00000000-0000-4000-8000-0000000000bb";

let harness: MoneyHarness;
let admin: postgres.Sql;
let financeUrl: string;
let senders: string[];
beforeAll(async () => {
  harness = await startMoneyHarness();
  admin = postgres(inject("postgresUrl"), { max: 1, onnotice: () => undefined });
  await admin`CREATE DATABASE ${admin(DATABASE)}`;
  financeUrl = inject("postgresUrl").replace(/\/postgres$/, `/${DATABASE}`);
  await migrateUntil(LAST_BEFORE);
  senders = [0, 1].map(userInBucket);
  for (const sender of senders) await openWallet(harness.resources, sender, 1_000);
});
afterAll(async () => {
  await harness?.close();
  await admin?.unsafe(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
  await admin?.end();
});

async function migrateUntil(last: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "downpour-migrations-"));
  const sql = postgres(financeUrl, { max: 1, onnotice: () => undefined });
  try {
    cpSync(MIGRATIONS, folder, { recursive: true });
    const file = join(folder, "meta", "_journal.json");
    const journal = JSON.parse(readFileSync(file, "utf8")) as { entries: { idx: number }[] };
    journal.entries = journal.entries.filter((entry) => entry.idx <= last);
    writeFileSync(file, JSON.stringify(journal));
    await migrate(drizzle(sql), { migrationsFolder: folder });
  } finally {
    await sql.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

it("keeps what lines were made of when they become lines of batches", async () => {
  const gift = (bucket: number, anchorId: string, priceCoins: number) =>
    giftEntry(senders[bucket] as string, { anchorId, priceCoins });
  await postGifts(harness.resources.live.sql, [gift(0, A, 1), gift(0, A, 2), gift(0, B, 3)]);
  await postGifts(harness.resources.live.sql, [gift(1, B, 4), gift(1, A, 5), gift(1, A, 6)]);

  // As it was settled then: at 50 %, bucket 0 in two batches, bucket 1 in one.
  const old = postgres(financeUrl, { max: 1 });
  await old.unsafe(`
    INSERT INTO settlement_lines (bucket, from_seq, to_seq, anchor_id, share_bps, gifts, coins, gross_fen, anchor_fen, platform_fen)
    VALUES (0, 1, 2, '${A}', 5000, 2, 3, 30, 15, 15), (1, 1, 3, '${A}', 5000, 2, 11, 110, 55, 55),
      (1, 1, 3, '${B}', 5000, 1, 4, 40, 20, 20), (0, 3, 3, '${B}', 5000, 1, 3, 30, 15, 15);
    UPDATE settlement_cursors SET last_seq = 3 WHERE bucket IN (0, 1);
    INSERT INTO anchor_earnings (anchor_id, earned_fen, gifts, coins) VALUES ('${A}', 70, 4, 14), ('${B}', 35, 2, 7)`);
  await old.end();

  await migrateFinance(financeUrl);
  const finance = openFinanceDb(financeUrl, { poolMax: 4, applicationName: "downpour-test" });
  const resources = { ...harness.resources, finance };
  const operator = callBy(resources, randomUUID(), "operator");
  const readLines = async () => {
    const { items } = await listAnyLines(operator, { limit: 100 });
    return await Promise.all(items.map(({ lineId }) => recomputeLine(operator, { lineId, limit: 100 })));
  };
  try {
    const ranges = {
      first: [{ bucket: 0, fromSeq: 1, toSeq: 2 }],
      other: [{ bucket: 1, fromSeq: 1, toSeq: 3 }],
    };
    expect(await readLines()).toMatchObject([
      {
        line: { lineId: "4", anchorId: B, gifts: 1 },
        isEqual: true,
        ranges: [{ bucket: 0, fromSeq: 3, toSeq: 3 }],
      },
      { line: { lineId: "3", anchorId: B, gifts: 1 }, isEqual: true, ranges: ranges.other },
      { line: { lineId: "2", anchorId: A, gifts: 2 }, isEqual: true, ranges: ranges.other },
      { line: { lineId: "1", anchorId: A, gifts: 2 }, isEqual: true, ranges: ranges.first },
    ]);
    // It goes on from there, over both buckets at once.
    await postGifts(harness.resources.live.sql, [gift(0, A, 7), gift(1, A, 8)]);
    expect(await settleNewGifts(resources, 1_000)).toEqual({ settledGifts: 2, more: false });
    const [newest] = await readLines();
    expect(newest).toMatchObject({
      line: { anchorId: A, gifts: 2, coins: 15 },
      isEqual: true,
      ranges: [
        { bucket: 0, fromSeq: 4, toSeq: 4 },
        { bucket: 1, fromSeq: 4, toSeq: 4 },
      ],
    });
    const broken = (await checkInvariants(resources)).filter((result) => result.breaches.length > 0);
    expect(broken).toEqual([]);
  } finally {
    await finance.close();
  }
});
