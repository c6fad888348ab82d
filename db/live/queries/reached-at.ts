import type { Sql } from "@/db/client";

/**
 * When the gift of a record `r` brought its sender's sum to where it is, in microseconds since 1970:
 * when it was accepted; of gifts accepted in one millisecond, which was paid first stands in the last three digits. A sum
 * was reached by the latest of its gifts, in whatever order they are counted.
 */
export const reachedUs = (sql: Pick<Sql, "unsafe">) =>
  sql.unsafe(
    `((extract(epoch FROM r.sent_at) * 1000000)::bigint
      + least(999, extract(epoch FROM r.created_at - r.sent_at) * 1000)::bigint)`,
  );

/** When a refund `f` brought a sum down, which is the last change of it. */
export const refundedUs = (sql: Pick<Sql, "unsafe">) =>
  sql.unsafe("(extract(epoch FROM f.created_at) * 1000000)::bigint");
