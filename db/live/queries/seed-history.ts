import type { LiveDb } from "@/db/client";

/** Whether anybody has ever given anything: then a demonstration has a past of its own. */
export async function hasGifts(db: LiveDb): Promise<boolean> {
  const rows = await db.sql`SELECT 1 FROM gift_buckets WHERE last_seq > 0 LIMIT 1`;
  return rows.length > 0;
}
