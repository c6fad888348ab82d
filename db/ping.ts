import type { Sql } from "@/db/client";

/** Resolves when the database answers; rejects when it does not within `timeoutMs`. */
export async function pingDatabase(db: { sql: Sql }, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${timeoutMs} ms.`)), timeoutMs);
  });
  try {
    await Promise.race([db.sql`SELECT 1`, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
