import type { LiveDb } from "@/db/client";
import { inTransaction } from "@/db/transaction";

/**
 * Runs `work` while nobody counts supporters: whoever is counting has committed, nobody begins. For a look at counts and
 * boards together; the counting goes on as soon as it is over.
 */
export async function holdSupporterCounts<T>(db: LiveDb, work: () => Promise<T>): Promise<T> {
  return await inTransaction(db.sql, async (tx) => {
    await tx`SELECT 1 FROM supporter_cursors ORDER BY bucket FOR SHARE`;
    await tx`SELECT 1 FROM supporter_refund_cursor FOR SHARE`;
    return await work();
  });
}
