import type { FinanceDb, Sql } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import { emptyTables, markAllDays } from "./analytics-cells";
import { COUNTED, type CountTables, RECOUNT } from "./count-tables";

type CountedTable = "pairs" | "hours" | "days";

/** Of each table: by what a row is found, and what it counts. */
const COLUMNS: Record<CountedTable, { key: readonly string[]; counts: readonly string[] }> = {
  pairs: {
    key: ["day", "anchor_id", "anchor_gender", "viewer_gender"],
    counts: ["gifts", "coins", "viewers", "hours", "pair_gifts", "pair_coins"],
  },
  hours: { key: ["day", "hour", "anchor_gender", "viewer_gender"], counts: ["gifts", "coins", "viewers"] },
  days: { key: ["day", "anchor_gender", "viewer_gender"], counts: ["gifts", "coins", "viewers"] },
};

/** How many rows of each table were not as counted anew, and are now. */
export type MendedRows = Record<CountedTable, number>;

/**
 * Makes the tables what was counted anew and empties that, in one transaction under the job's lock: whoever asks sees all
 * of it or nothing, and nobody counts meanwhile. Null, and nothing is changed, where the two have not come equally far.
 *
 * Lock order: the job, the recount's cursor of refunds, the tables.
 */
export async function adoptRecount(db: FinanceDb): Promise<MendedRows | null> {
  return await inTransaction(db.sql, async (tx) => {
    await tx`SELECT 1 FROM analytics_job FOR UPDATE`;
    // A second recount, which counts into the same tables, stands still from here on.
    await tx`SELECT 1 FROM ${tx(RECOUNT.refundCursor)} FOR UPDATE`;
    if (!(await isEquallyFar(tx))) return null;
    const mended: MendedRows = { pairs: 0, hours: 0, days: 0 };
    for (const table of Object.keys(COLUMNS) as CountedTable[]) mended[table] = await mendTable(tx, table);
    if (mended.pairs > 0) await markAllDays(tx);
    await emptyTables(tx, RECOUNT);
    return mended;
  });
}

async function isEquallyFar(tx: Sql): Promise<boolean> {
  const places = (tables: CountTables) => tx`
    SELECT bucket::int, last_seq, last_gift FROM ${tx(tables.cursors)}
    UNION ALL SELECT NULL, last_seq, last_refund FROM ${tx(tables.refundCursor)}`;
  const [row] = await tx<{ differ: boolean }[]>`
    SELECT EXISTS ((${places(COUNTED)}) EXCEPT (${places(RECOUNT)})) AS differ`;
  return row?.differ === false;
}

/** Only rows that differ are written. */
async function mendTable(tx: Sql, table: CountedTable): Promise<number> {
  const { key, counts } = COLUMNS[table];
  const columns = tx.unsafe([...key, ...counts].join(", "));
  const listOf = (names: readonly string[], row: string) =>
    tx.unsafe(names.map((name) => `${row}.${name}`).join(", "));
  const isSame = tx`(${listOf(key, "c")}) = (${listOf(key, "r")})`;
  const gone = await tx`
    DELETE FROM ${tx(COUNTED[table])} c WHERE NOT EXISTS (SELECT 1 FROM ${tx(RECOUNT[table])} r WHERE ${isSame})`;
  const put = await tx`
    INSERT INTO ${tx(COUNTED[table])} (${columns})
    SELECT ${listOf([...key, ...counts], "r")} FROM ${tx(RECOUNT[table])} r LEFT JOIN ${tx(COUNTED[table])} c ON ${isSame}
    WHERE (${listOf(counts, "c")}) IS DISTINCT FROM (${listOf(counts, "r")})
    ON CONFLICT (${tx.unsafe(key.join(", "))}) DO UPDATE
      SET ${tx.unsafe(counts.map((name) => `${name} = excluded.${name}`).join(", "))}`;
  return gone.count + put.count;
}

/** Forgets what was counted anew so far. */
export async function forgetRecount(db: FinanceDb): Promise<void> {
  await inTransaction(db.sql, (tx) => emptyTables(tx, RECOUNT));
}
