import { randomUUID } from "node:crypto";
import type { LiveDb } from "@/db/client";
import type { TipsKey } from "@/domain/contracts/analytics";
import { createLog } from "@/platform/observability/log";
import { getTips } from "@/server/services/analytics/get-tips";
import { runAnalytics } from "@/server/services/analytics/run-analytics";
import { startStack } from "@/stack/stack";
import { type Databases, insertBenchPeople, openDatabases } from "./lib/databases";
import { type BenchRow, median } from "./lib/row";

/** 10,000,000 for the figure of record. */
const GIFTS = Number(process.env.BENCH_GIFTS ?? 1_000_000);
const VIEWERS = 300_000;
const ANCHORS = 1_000;
const DAYS = 30;
const FIRST_GIFTS = 100_000;
const INCREMENT_GIFTS = 10_000;
const ROUNDS = 5;
const LEASE_MS = 120_000;
const DAY_MS = 24 * 3_600_000;

/** What the page asks by default, and what is wide. */
const QUESTIONS: readonly { name: string; days: number; groupBy: TipsKey[]; isOneAnchor?: boolean }[] = [
  { name: "a week by day and gender", days: 7, groupBy: ["day", "viewerGender"] },
  { name: "a week by hour", days: 7, groupBy: ["hour"] },
  { name: "a week by anchor", days: 7, groupBy: ["anchor"] },
  { name: "a day by hour and gender", days: 1, groupBy: ["hour", "viewerGender"] },
  { name: "a month of one anchor by day", days: 30, groupBy: ["day"], isOneAnchor: true },
  { name: "a month by week", days: 30, groupBy: ["week"] },
];

/**
 * The job that counts, and the questions of its page. Held fixed: 300,000 viewers of whom few give much, 1,000 anchors, a
 * month, several gifts to a visit, one server for both databases, the job in this process. The floor of a full run is one
 * `GROUP BY` over the same gifts by the keys of the largest table, which writes nothing.
 */
export async function run(): Promise<BenchRow[]> {
  const stack = await startStack({ env: { LOG_LEVEL: "warn" } });
  const db = openDatabases(stack);
  try {
    const anchor = await insertPeople(db.live);
    await insertGifts(db.live, FIRST_GIFTS);
    await count(db);
    const early = await measureIncrement(db);
    await insertGifts(db.live, GIFTS - FIRST_GIFTS - INCREMENT_GIFTS);
    await db.live.sql`VACUUM ANALYZE gift_records`;
    const floor = await measureScan(db.live);
    const full = await count(db);
    await db.finance.sql`VACUUM ANALYZE`;
    const late = await measureIncrement(db);
    const notes = `${GIFTS} gifts, ${VIEWERS} viewers, ${ANCHORS} anchors`;
    return [
      ratioRow("analytics: full run", full, floor, 3, `${notes}; floor: GROUP BY of the same gifts`),
      ratioRow("analytics: 10,000 more after all", late, early, 2, `floor: the same after ${FIRST_GIFTS}`),
      ...(await measureQuestions(db, anchor)),
    ];
  } finally {
    await Promise.all([db.live.close(), db.finance.close()]);
    await stack.close();
  }
}

const ratioRow = (name: string, figure: number, floor: number, bar: number, notes: string): BenchRow => ({
  name,
  figure: Number(figure.toFixed(2)),
  floor: Number(floor.toFixed(2)),
  ratio: figure / floor,
  bar,
  unit: "s (at most)",
  notes,
});

/** Returns an anchor. */
async function insertPeople(live: LiveDb): Promise<string> {
  await insertBenchPeople(live, VIEWERS + ANCHORS);
  await live.sql`
    INSERT INTO person_facts (user_id, valid_from, gender)
    SELECT id, 'epoch', (ARRAY['female', 'male', 'other', 'unsaid'])[1 + n % 4] FROM bench_people`;
  await live.sql`VACUUM ANALYZE bench_people, person_facts`;
  const [row] = await live.sql<{ id: string }[]>`SELECT id FROM bench_people WHERE n = ${VIEWERS + 10}`;
  return row?.id ?? "";
}

/** Paid gifts as the debit leaves them: whoever visits an anchor gives some gifts within the hour. */
async function insertGifts(live: LiveDb, gifts: number): Promise<void> {
  const perBucket = Math.ceil(gifts / 64);
  for (let bucket = 0; bucket < 64; bucket++) {
    await live.sql`
      WITH numbers AS (
        UPDATE gift_buckets SET last_seq = last_seq + ${perBucket} WHERE bucket = ${bucket}
        RETURNING last_seq - ${perBucket}::int AS before
      ), visits AS MATERIALIZED (
        SELECT v, 1 + (random() ^ 2 * ${VIEWERS - 1})::int AS viewer, ${VIEWERS + 1} + (random() ^ 2 * ${ANCHORS - 1})::int AS anchor,
          date_trunc('milliseconds', now() - random() * ${DAYS}::int * interval '1 day') AS at
        FROM generate_series(0, ${perBucket}::int / 5) AS v
      ), given AS (
        INSERT INTO gift_records (bucket, seq, gift_order_id, sender_id, anchor_id, room_id, session_id, gift_id, count,
          price_coins, total_coins, anonymous, trace_id, sent_at, created_at)
        SELECT ${bucket}, before + i, gen_random_uuid(), viewers.id, anchors.id, anchors.id, anchors.id, 'hearts', 1,
          1 + i % 100, 1 + i % 100, false, replace(gen_random_uuid()::text, '-', ''), at, at
        FROM numbers, generate_series(1, ${perBucket}::int) AS i JOIN visits ON v = i / 5
        JOIN bench_people viewers ON viewers.n = viewer JOIN bench_people anchors ON anchors.n = anchor
        RETURNING total_coins
      )
      UPDATE ledger_accounts SET balance_coins = balance_coins + (SELECT sum(total_coins) FROM given)
      WHERE kind = 'gift_clearing' AND bucket = ${bucket}`;
  }
}

/** Seconds of a run that was asked for. */
async function count({ live, finance }: Databases): Promise<number> {
  await finance.sql`INSERT INTO analytics_runs (status, requested_by) VALUES ('requested', ${randomUUID()})`;
  const startedAt = performance.now();
  const outcome = await runAnalytics({ live, finance, log: createLog("bench") }, "bench", {
    leaseMs: LEASE_MS,
  });
  if (outcome !== "done") throw new Error(`The run ended as "${outcome}".`);
  return (performance.now() - startedAt) / 1_000;
}

async function measureIncrement(db: Databases): Promise<number> {
  await insertGifts(db.live, INCREMENT_GIFTS);
  return await count(db);
}

async function measureScan(live: LiveDb): Promise<number> {
  const startedAt = performance.now();
  await live.sql`
    SELECT count(*) FROM (
      SELECT date_trunc('hour', sent_at, 'UTC'), anchor_id, sender_id, count(*), sum(total_coins) FROM gift_records GROUP BY 1, 2, 3
    ) AS pairs`;
  return (performance.now() - startedAt) / 1_000;
}

async function measureQuestions(db: Databases, anchor: string): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { name, days, groupBy, isOneAnchor } of QUESTIONS) {
    const tookMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const startedAt = performance.now();
      await getTips(db, {
        from: new Date(Date.now() - days * DAY_MS).toISOString(),
        to: new Date().toISOString(),
        groupBy,
        ...(isOneAnchor && { anchorIds: [anchor] }),
      });
      tookMs.push(performance.now() - startedAt);
    }
    rows.push({
      name: `analytics: ${name}`,
      figure: Math.round(median(tookMs)),
      floor: null,
      ratio: null,
      bar: 200,
      unit: "ms (median, at most)",
      notes: `slowest ${Math.round(Math.max(...tookMs))} ms`,
    });
  }
  return rows;
}
