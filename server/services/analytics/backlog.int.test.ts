import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readAnalyticsPlaces } from "@/db/finance/queries/analytics-cells";
import { systemAccountId } from "@/db/live/ledger/system-accounts";
import { tamper } from "@/db/testing/tamper";
import type { TipsInput } from "@/domain/contracts/analytics";
import { callBy, type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { checkAnalytics } from "../audit/check-analytics";
import { getTips } from "./get-tips";
import { getAnalyticsRuns, requestAnalyticsRun } from "./manage-runs";
import { recountAnalytics } from "./recount-analytics";
import { runAnalytics, WAITING_GIFTS_MAX } from "./run-analytics";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
  // The clock's next run is two hours away.
  await run();
});
afterAll(() => harness?.close());

const HOUR_MS = 3_600_000;
const BUCKETS_AT_ONCE = 8;
const anchors = [randomUUID(), randomUUID()];
const viewers = Array.from({ length: 50 }, () => randomUUID());
const operator = () => callBy(harness.resources, randomUUID(), "operator");
const live = () => harness.resources.live;
const finance = () => harness.resources.finance;
const run = () => runAnalytics(harness.resources, "one", { leaseMs: 60_000 });

/** Gifts as the debit leaves them, by numbers that go on, over the last days; a few buckets at a time. */
async function give(gifts: number): Promise<void> {
  const perBucket = Math.ceil(gifts / 64);
  for (let bucket = 0; bucket < 64; bucket += BUCKETS_AT_ONCE) {
    await live().sql`
      WITH numbers AS (
        UPDATE gift_buckets SET last_seq = last_seq + ${perBucket}
        WHERE bucket BETWEEN ${bucket} AND ${bucket + BUCKETS_AT_ONCE - 1} RETURNING bucket, last_seq - ${perBucket}::int AS before
      ), given AS (
        INSERT INTO gift_records (bucket, seq, gift_order_id, sender_id, anchor_id, room_id, session_id, gift_id, count,
          price_coins, total_coins, anonymous, trace_id, sent_at, created_at)
        SELECT bucket, before + i, gen_random_uuid(), (${viewers}::uuid[])[1 + (i * 7 + bucket) % 50],
          (${anchors}::uuid[])[1 + (i + bucket) % 2], ${anchors[0] as string}, ${anchors[0] as string}, 'hearts', 1,
          1 + i % 9, 1 + i % 9, false, 't', date_trunc('milliseconds', now() - (i * 64 + bucket) % 100 * interval '1 hour'), now()
        FROM numbers, generate_series(1, ${perBucket}::int) AS i RETURNING bucket, total_coins
      )
      UPDATE ledger_accounts a SET balance_coins = a.balance_coins + g.coins
      FROM (SELECT bucket, sum(total_coins) AS coins FROM given GROUP BY 1) AS g
      WHERE a.kind = 'gift_clearing' AND a.bucket = g.bucket`;
  }
}

async function sumPlainly(from: Date): Promise<Map<string, string>> {
  const rows = await live().sql<{ anchor: string; gifts: string; coins: string; viewers: string }[]>`
    SELECT anchor_id AS anchor, count(*) AS gifts, sum(total_coins) AS coins, count(DISTINCT sender_id) AS viewers
    FROM gift_records WHERE sent_at >= ${from} GROUP BY 1`;
  return new Map(rows.map(({ anchor, gifts, coins, viewers: who }) => [anchor, `${gifts}/${coins}/${who}`]));
}

async function expectExact(hours: number): Promise<void> {
  const from = new Date(Math.floor(Date.now() / HOUR_MS - hours) * HOUR_MS);
  const input: TipsInput = {
    from: from.toISOString(),
    to: new Date(Date.now() + 2 * HOUR_MS).toISOString(),
    groupBy: ["anchor"],
  };
  const tips = await getTips(harness.resources, input);
  expect(tips.isCurrent).toBe(true);
  const rows = tips.rows.map(
    ({ anchor = "", gifts, coins, viewers: who }) => [anchor, `${gifts}/${coins}/${who}`] as const,
  );
  expect(new Map(rows)).toEqual(await sumPlainly(from));
}

const countWaiting = async () => {
  const [{ buckets }, [row]] = await Promise.all([
    readAnalyticsPlaces(finance()),
    live().sql<{ sum: string }[]>`SELECT sum(last_seq) FROM gift_buckets`,
  ]);
  return Number(row?.sum) - [...buckets.values()].reduce((sum, { seq }) => sum + seq, 0);
};

describe("a backlog", () => {
  it("is in every answer, however long nobody has counted it", async () => {
    await give(60_000);
    await expectExact(200);
    await expectExact(3);
  }, 60_000);

  it("is counted as soon as it is long, without waiting for the clock and without a run", async () => {
    const before = (await getAnalyticsRuns(operator(), {})).items.length;
    expect(await countWaiting()).toBeGreaterThan(WAITING_GIFTS_MAX);
    expect(await run()).toBe("counted");
    expect(await countWaiting()).toBe(0);
    expect((await getAnalyticsRuns(operator(), {})).items).toHaveLength(before);
    await expectExact(200);
    await give(640);
    expect(await run()).toBe("nothing");
    await expectExact(200);
    // The next run compares all of it with the ledger.
    await requestAnalyticsRun(operator(), {});
    expect(await run()).toBe("done");
  }, 60_000);

  it("is left to whoever holds the job", async () => {
    await give(WAITING_GIFTS_MAX + 64);
    await finance().sql`UPDATE analytics_job SET lease_until = clock_timestamp() + interval '1 minute'`;
    expect(await run()).toBe("nothing");
    await finance().sql`UPDATE analytics_job SET lease_until = 'epoch'`;
    expect(await run()).toBe("counted");
  }, 60_000);
});

describe("counting anew", () => {
  const TABLES = { gift_hour_viewers: "coins", gift_pair_day: "gifts", gift_day_viewers: "gifts" } as const;
  const NOTHING_WRONG = { pairs: 0, hours: 0, days: 0 };
  const damage = (table: keyof typeof TABLES, by: string) =>
    tamper(
      harness.financeOwnerUrl,
      `UPDATE ${table} SET ${TABLES[table]} = ${TABLES[table]} ${by} WHERE ctid = (SELECT min(ctid) FROM ${table})`,
    );
  beforeEach(async () => {
    await give(640);
    await requestAnalyticsRun(operator(), {});
    await run();
  });
  const expectWhole = async () => {
    expect((await checkAnalytics(harness.resources)).differences).toEqual([]);
    await requestAnalyticsRun(operator(), {});
    expect(await run()).toBe("done");
  };

  it.each(Object.keys(TABLES) as (keyof typeof TABLES)[])(
    "mends %s, after the checksum has found that it differs",
    async (table) => {
      await damage(table, "+ 1");
      await requestAnalyticsRun(operator(), {});
      expect(await run()).toBe("differs");
      const mended = await recountAnalytics(harness.resources);
      expect(Object.values(mended).toSorted((a, b) => a - b)).toEqual([0, 0, 1]);
      await expectWhole();
      expect(await recountAnalytics(harness.resources)).toEqual(NOTHING_WRONG);
    },
    60_000,
  );

  it("puts back rows that are gone and takes away rows that nobody gave", async () => {
    await tamper(
      harness.financeOwnerUrl,
      `DELETE FROM gift_hour_viewers WHERE ctid = (SELECT min(ctid) FROM gift_hour_viewers);
       INSERT INTO gift_day_viewers VALUES ('2020-01-01', 'other', 'other', 1, 1, '{1}')`,
    );
    expect(await recountAnalytics(harness.resources)).toEqual({ pairs: 0, hours: 1, days: 1 });
    await expectWhole();
  }, 60_000);

  it.each([
    ["gift_hour_viewers", "viewers = viewers + 1000000", { pairs: 0, hours: 1, days: 0 }],
    ["gift_day_viewers", "viewers = viewers[2:]", { pairs: 0, hours: 0, days: 1 }],
    ["gift_pair_day", "pair_coins[1] = pair_coins[1] + 1", { pairs: 1, hours: 0, days: 0 }],
  ])(
    "finds and mends what no sum of %s shows",
    async (table, change, mended) => {
      await tamper(
        harness.financeOwnerUrl,
        `UPDATE ${table} SET ${change} WHERE ctid = (SELECT min(ctid) FROM ${table})`,
      );
      expect((await checkAnalytics(harness.resources)).differences).toHaveLength(1);
      expect(await recountAnalytics(harness.resources)).toEqual(mended);
      await expectWhole();
    },
    60_000,
  );

  it("goes on where it was cut off, while people give, ask and the worker counts", async () => {
    await damage("gift_pair_day", "+ 5");
    await damage("gift_day_viewers", "- 1");
    let batches = 0;
    const cutOff = recountAnalytics(harness.resources, {
      batchGifts: 5_000,
      onBatch: () => {
        batches += 1;
        if (batches === 3) throw new Error("killed");
      },
    });
    await expect(cutOff).rejects.toThrow("killed");
    const counted: number[] = [];
    await recountAnalytics(harness.resources, {
      batchGifts: 5_000,
      onBatch: async (done) => {
        counted.push(done);
        if (counted.length !== 2) return;
        await give(WAITING_GIFTS_MAX + 64);
        expect(await run()).toBe("counted");
      },
    });
    expect(counted[0]).toBeGreaterThan(15_000);
    await expectWhole();
    await expectExact(200);
  }, 60_000);

  it("counts nothing twice when it is done twice at once", async () => {
    await damage("gift_hour_viewers", "+ 7");
    const results = await Promise.allSettled([
      recountAnalytics(harness.resources, { batchGifts: 3_000 }),
      recountAnalytics(harness.resources, { batchGifts: 3_000 }),
    ]);
    if (results.every(({ status }) => status === "rejected")) await recountAnalytics(harness.resources);
    await recountAnalytics(harness.resources);
    await expectWhole();
  }, 60_000);

  it("begins anew where what it had counted is of another past", async () => {
    await recountAnalytics(harness.resources, {
      batchGifts: 2_000,
      onBatch: () => {
        throw new Error("killed");
      },
    }).catch(() => {});
    await tamper(
      harness.financeOwnerUrl,
      `UPDATE recount_cursors SET last_gift = 'another' WHERE last_seq > 0`,
    );
    expect(await recountAnalytics(harness.resources)).toEqual(NOTHING_WRONG);
    await expectWhole();
  }, 60_000);
});

it("the ledger's side of the checksum is found by the ids of its accounts", async () => {
  const [row] = await live().sql<{ ids: string[] }[]>`
    SELECT array_agg(id::text ORDER BY bucket) AS ids FROM ledger_accounts WHERE kind = 'gift_clearing'`;
  expect(row?.ids).toEqual(
    Array.from({ length: 64 }, (_, bucket) => systemAccountId("gift_clearing", bucket)),
  );
});
