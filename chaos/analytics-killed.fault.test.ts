import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FinanceDb, type LiveDb, openFinanceDb, openLiveDb } from "@/db/client";
import { checkAnalytics } from "@/server/services/audit/check-analytics";
import { type Stack, startStack } from "@/stack/stack";
import { waitUntil } from "./lib/rig";

/**
 * `kill -9` of the analytics worker in a run. It is held at a step by the lock of a table that the step writes; nothing in
 * the product knows of it. Another worker goes on when the lease is over, and what was counted is what was given.
 */
let stack: Stack;
let live: LiveDb;
let finance: FinanceDb;

const GIFTS_A_BUCKET = 400;
/** The lease of the killed worker, and then the run. */
const TAKEN_OVER_MS_MAX = 120_000;
/** A run that is held, and one that is taken over. */
const TEST_MS_MAX = 300_000;

beforeAll(async () => {
  stack = await startStack({ env: { LOG_LEVEL: "warn" } });
  const pool = { poolMax: 2, applicationName: "chaos" };
  live = openLiveDb(stack.liveUrl, pool);
  finance = openFinanceDb(stack.financeUrl, pool);
});
afterAll(async () => {
  await Promise.all([live?.close(), finance?.close()]);
  await stack?.close();
});
beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error(stack.describe()));
});

/** Gifts as the debit leaves them. */
async function give(): Promise<void> {
  await live.sql`
    WITH numbers AS (
      UPDATE gift_buckets SET last_seq = last_seq + ${GIFTS_A_BUCKET} RETURNING bucket, last_seq - ${GIFTS_A_BUCKET}::int AS before
    ), given AS (
      INSERT INTO gift_records (bucket, seq, gift_order_id, sender_id, anchor_id, room_id, session_id, gift_id, count,
        price_coins, total_coins, anonymous, trace_id, sent_at, created_at)
      SELECT bucket, before + i, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
        'hearts', 1, i, i, false, 't', date_trunc('milliseconds', now()) - i * interval '1 hour', now()
      FROM numbers, generate_series(1, ${GIFTS_A_BUCKET}::int) AS i RETURNING bucket, total_coins
    )
    UPDATE ledger_accounts a SET balance_coins = a.balance_coins + g.coins
    FROM (SELECT bucket, sum(total_coins) AS coins FROM given GROUP BY 1) AS g
    WHERE a.kind = 'gift_clearing' AND a.bucket = g.bucket`;
}

/** Asks for a run, or takes the one that is open, and kills its worker while it waits to write to a table. */
async function killWhileItWrites(table: string): Promise<{ runId: string }> {
  const owner = postgres(stack.financeOwnerUrl, { max: 1 });
  try {
    return await owner.begin(async (tx) => {
      await tx`LOCK TABLE ${tx(table)} IN SHARE MODE`;
      await finance.sql`
        INSERT INTO analytics_runs (status, requested_by) VALUES ('requested', ${randomUUID()})
        ON CONFLICT ((true)) WHERE status IN ('requested', 'running') DO NOTHING`;
      const worker = await stack.start("analytics");
      await waitUntil(
        `somebody waits for ${table}`,
        async () => {
          const rows = await finance.sql`
            SELECT 1 FROM pg_locks WHERE relation = ${table}::regclass AND NOT granted`;
          return rows.length > 0;
        },
        TAKEN_OVER_MS_MAX,
      );
      await worker.kill9();
      const [run] = await finance.sql<
        { id: string }[]
      >`SELECT id FROM analytics_runs WHERE status = 'running'`;
      return { runId: run?.id ?? "none" };
    });
  } finally {
    await owner.end({ timeout: 5 });
  }
}

describe("kill -9 of the analytics worker", () => {
  it.each(["gift_pair_day", "viewer_profiles"])(
    "while it writes %s: another goes on with its run, and nothing is counted twice or left out",
    async (table) => {
      await give();
      const { runId } = await killWhileItWrites(table);
      const second = await stack.start("analytics");
      const readRun = async () => {
        const [run] = await finance.sql<{ status: string; takeovers: number }[]>`
          SELECT status, takeovers FROM analytics_runs WHERE id = ${runId}`;
        return run;
      };
      await waitUntil("the run is done", async () => (await readRun())?.status === "done", TAKEN_OVER_MS_MAX);
      expect((await readRun())?.takeovers).toBeGreaterThan(0);
      expect((await checkAnalytics({ live, finance })).differences).toEqual([]);
      await second.kill9();
    },
    TEST_MS_MAX,
  );
});
