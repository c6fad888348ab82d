import type { Sql } from "@/db/client";

/**
 * What names the gift of a record `r` beyond doubt: another one never has its id, its sender and the moment in which it
 * was posted, not even the same order posted again after a restore.
 */
export const markOfGift = (sql: Pick<Sql, "unsafe">) =>
  sql.unsafe(
    "r.gift_order_id || '/' || r.sender_id || '/' || (extract(epoch FROM r.created_at) * 1000)::bigint",
  );

/** The same of a refund `f`. */
export const markOfRefund = (sql: Pick<Sql, "unsafe">) =>
  sql.unsafe("f.refund_id || '/' || (extract(epoch FROM f.created_at) * 1000)::bigint");
