import type { LiveDb } from "@/db/client";

/** "simulator" */
const SIMULATOR_LOCK = 7_310_579_624;

/**
 * Runs `work` while nobody else simulates anything on this database. The lock is of a connection: it ends with its process,
 * however that ends. Returns false, without running it, where somebody else does.
 */
export async function whileNobodySimulates(db: LiveDb, work: () => Promise<void>): Promise<boolean> {
  const connection = await db.sql.reserve();
  try {
    const [row] = await connection<{ got: boolean }[]>`
      SELECT pg_try_advisory_lock(${SIMULATOR_LOCK}::bigint) AS got`;
    if (!row?.got) return false;
    try {
      await work();
      return true;
    } finally {
      await connection`SELECT pg_advisory_unlock(${SIMULATOR_LOCK}::bigint)`;
    }
  } finally {
    connection.release();
  }
}
