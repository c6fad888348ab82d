import type { Sql } from "@/db/client";

/** What still counts of the ranges `r`: batches that no rewind has taken back. */
export const isStandingRange = (sql: Pick<Sql, "unsafe">) =>
  sql.unsafe("NOT EXISTS (SELECT 1 FROM settlement_undone_batches u WHERE u.batch_id = r.batch_id)");

/** What still counts of the reversals `r`: those that no rewind has given back, without the rows that gave back. */
export const isStandingReversal = (sql: Pick<Sql, "unsafe">) =>
  sql.unsafe(`NOT r.undoes AND NOT EXISTS (SELECT 1 FROM settlement_reversals u
    WHERE u.undoes AND u.refund_seq = r.refund_seq AND u.rewind_id > r.rewind_id)`);
