import type { Writable } from "node:stream";
import type { FinanceDb } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import { type JobHold, lockHold } from "./analytics-job";

const WORK_MEMORY = "128MB";
/** Fewer people than this are no region, but somebody. */
const PEOPLE_MIN = 5;

/** Writes anew how many people of each region watched each anchor on days since one, under the fence. */
export async function countRegions(
  db: FinanceDb,
  hold: JobHold,
  input: { fromDay: string; leaseMs: number; copy: (into: () => Promise<Writable>) => Promise<void> },
): Promise<void> {
  const { fromDay, leaseMs, copy } = input;
  await inTransaction(db.sql, async (tx) => {
    await tx`SELECT set_config('work_mem', ${WORK_MEMORY}, true), set_config('jit', 'off', true)`;
    await tx`CREATE TEMPORARY TABLE staged_regions (user_id uuid, region text COLLATE "C") ON COMMIT DROP`;
    await copy(() => tx.unsafe("COPY staged_regions FROM STDIN (FORMAT binary)").writable());
    await tx`ANALYZE staged_regions`;
    await lockHold(tx, hold, leaseMs);
    await tx`DELETE FROM region_anchors`;
    await tx`
      INSERT INTO region_anchors (region, anchor_id, people)
      SELECT r.region, a.user_id, count(DISTINCT u.viewer) FROM affinity_pair_day d
        CROSS JOIN LATERAL unnest(d.viewers) AS u (viewer)
        JOIN analytics_people p ON p.number = u.viewer JOIN staged_regions r ON r.user_id = p.user_id
        JOIN analytics_people a ON a.number = d.anchor
      WHERE d.day >= ${fromDay}::date GROUP BY 1, 2 HAVING count(DISTINCT u.viewer) >= ${PEOPLE_MIN}`;
    await lockHold(tx, hold, leaseMs);
  });
}

/** Whom people of a region watch, most first. */
export async function listRegionAnchors(
  { sql }: FinanceDb,
  { region, limit }: { region: string; limit: number },
): Promise<{ anchorId: string; people: number }[]> {
  return await sql<{ anchorId: string; people: number }[]>`
    SELECT anchor_id AS "anchorId", people FROM region_anchors WHERE region = ${region}
    ORDER BY people DESC, anchor_id LIMIT ${limit}`;
}
