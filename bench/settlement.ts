import { randomUUID } from "node:crypto";
import { type FinanceDb, type LiveDb, openFinanceDb, openLiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { readRssMb } from "@/platform/observability/process-figures";
import { startStack } from "@/stack/stack";
import { waitFor } from "@/stack/wait-for";
import { type BenchRow, median } from "./lib/row";

/** 1,000,000 for the figure of record. */
const GIFTS = Number(process.env.BENCH_GIFTS ?? 200_000);
const FLOOR_ROUNDS = 3;
const POLL_MS = 50;
/** Millions of gifts take minutes. */
const CLEAR_MS_MAX = 20 * 60_000;

/**
 * A backlog of paid gifts, cleared by one settlement worker, against `INSERT … SELECT` of the very same rows into a plain
 * table without an index: what any copy of them would cost at the very least. Held fixed: gifts spread over all buckets,
 * anchors and seven prices at random; shares of a tenth of the anchors changed in the middle. The worker reads the live
 * database and writes the finance database, both on one server. The more anchors, the more lines there are to write.
 */
export async function run(): Promise<BenchRow[]> {
  return [await measure(100), await measure(1_000)];
}

async function measure(anchorCount: number): Promise<BenchRow> {
  const stack = await startStack({ env: { LOG_LEVEL: "warn" } });
  const pool = { poolMax: 2, applicationName: "bench", statementTimeoutMs: 0 };
  // It makes tables to measure against.
  const live = openLiveDb(stack.liveOwnerUrl, pool);
  const finance = openFinanceDb(stack.financeUrl, pool);
  try {
    const anchors = Array.from({ length: anchorCount }, () => randomUUID());
    await insertGifts(live, anchors);
    await insertShares(finance, anchors.slice(0, anchorCount / 10));
    const floors: number[] = [];
    for (let round = 0; round < FLOOR_ROUNDS; round++) floors.push(await measureFloor(live));
    const { gifts, seconds, rssMb } = await clearBacklog(stack, finance);
    const figure = gifts / seconds;
    const floor = median(floors);
    const [count] = await finance.sql<
      { lines: number }[]
    >`SELECT count(*)::int AS lines FROM settlement_lines`;
    return {
      name: `settlement of a backlog, ${anchorCount} anchors`,
      figure: Math.round(figure),
      floor: Math.round(floor),
      ratio: figure / floor,
      bar: 0.5,
      unit: "gifts/s",
      notes: `${gifts} gifts in ${seconds.toFixed(1)} s, ${count?.lines} lines; the worker held ${rssMb[0]} MB at first, ${rssMb[1]} MB at most`,
    };
  } finally {
    await Promise.all([live.close(), finance.close()]);
    await stack.close();
  }
}

/** Paid gifts as the debit leaves them, a day's worth, numbers without a gap. */
async function insertGifts(live: LiveDb, anchors: readonly string[]): Promise<void> {
  const perBucket = Math.ceil(GIFTS / 64);
  for (let bucket = 0; bucket < 64; bucket++) {
    await live.sql`
      INSERT INTO gift_records (bucket, seq, gift_order_id, sender_id, anchor_id, room_id, session_id, gift_id, count,
        price_coins, total_coins, anonymous, trace_id, sent_at, created_at)
      SELECT ${bucket}, seq, gen_random_uuid(), sender, anchor, anchor, anchor, 'hearts', 1, price, price, false,
        replace(sender::text, '-', ''), at, at
      FROM (
        SELECT seq, gen_random_uuid() AS sender, (${arrayLiteral(anchors)}::uuid[])[1 + (random() * ${anchors.length - 1})::int] AS anchor,
          (ARRAY[1, 5, 10, 66, 188, 520, 1314])[1 + (random() * 6)::int] AS price,
          date_trunc('milliseconds', now() - random() * interval '1 day') AS at
        FROM generate_series(1, ${perBucket}::int) AS seq
      ) g`;
  }
  await live.sql`UPDATE gift_buckets SET last_seq = ${perBucket}`;
  await live.sql`VACUUM ANALYZE gift_records`;
}

async function insertShares(finance: FinanceDb, anchors: readonly string[]): Promise<void> {
  await finance.sql`
    INSERT INTO revenue_shares (anchor_id, share_bps, effective_at)
    SELECT anchor, 4000 + (random() * 3000)::int, now() - interval '12 hours'
    FROM unnest(${arrayLiteral(anchors)}::uuid[]) AS anchor`;
}

/** Rows a second, by plain means. */
async function measureFloor(live: LiveDb): Promise<number> {
  await live.sql.unsafe("DROP TABLE IF EXISTS plain_gifts, plain_sums");
  const started = performance.now();
  await live.sql`
    CREATE TABLE plain_gifts AS
    SELECT bucket, seq, anchor_id, total_coins, sent_at FROM gift_records WITH NO DATA`;
  const copied = await live.sql`
    INSERT INTO plain_gifts SELECT bucket, seq, anchor_id, total_coins, sent_at FROM gift_records`;
  return copied.count / ((performance.now() - started) / 1_000);
}

/** By the worker's own record of its runs: from the start of its first round to its last commit. */
async function clearBacklog(
  stack: Awaited<ReturnType<typeof startStack>>,
  finance: FinanceDb,
): Promise<{ gifts: number; seconds: number; rssMb: [first: number, last: number] }> {
  const gifts = 64 * Math.ceil(GIFTS / 64);
  const worker = await stack.start("settlement");
  const rss: number[] = [];
  const look = async () => {
    const [row] = await finance.sql<{ gifts: string; seconds: number | null }[]>`
      SELECT coalesce(sum(gifts), 0) AS gifts, extract(epoch FROM max(ended_at) - min(started_at))::float8 AS seconds
      FROM settlement_runs`;
    rss.push(readRssMb(worker.pid));
    if (Number(row?.gifts) !== gifts) return undefined;
    return {
      gifts,
      seconds: Number(row?.seconds),
      rssMb: [Math.max(...rss.slice(0, 3)), Math.max(...rss)] as [number, number],
    };
  };
  return await waitFor("the backlog is settled", [worker], look, { pollMs: POLL_MS, msMax: CLEAR_MS_MAX });
}
