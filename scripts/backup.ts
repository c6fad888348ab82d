import { join, resolve } from "node:path";
import { openFinanceDb, openLiveDb } from "@/db/client";
import { createLog } from "@/platform/observability/log";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import { env } from "@/platform/settings/env";
import { backUp } from "@/server/services/restore/back-up";

/** `npm run backup -- [folder]`: copies both databases, while everything runs. Exits 2 when it could not be done. */
async function main(): Promise<void> {
  const settings = env("backup");
  const name = new Date().toISOString().replaceAll(/[:.]/g, "-");
  const folder = resolve(process.argv[2] ?? join(process.env.DATA_DIR ?? ".data", "backups", name));
  const pool = { poolMax: 2, applicationName: "downpour-backup", statementTimeoutMs: 0 };
  const live = openLiveDb(settings.LIVE_DATABASE_URL, pool);
  const finance = openFinanceDb(settings.FINANCE_DATABASE_URL, pool);
  const redis = openRedis(settings.REDIS_URL, createLog("backup"), { name: "backup" });
  try {
    await waitForRedis(redis, 5_000);
    const manifest = await backUp({ live, finance, redis }, folder);
    for (const database of ["finance", "live"] as const) {
      const { takenAt, tables } = manifest[database];
      const rows = tables.reduce((sum, table) => sum + table.rows, 0);
      console.log(`${database}: ${rows} rows of ${tables.length} tables, as of ${takenAt}`);
    }
    console.log(
      `The backup is in ${folder}. Keep DATA_KEYS apart from it: without them nobody reads phones and accounts.`,
    );
  } finally {
    redis.disconnect();
    await Promise.all([live.close(), finance.close()]);
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`The backup could not be made: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  },
);
