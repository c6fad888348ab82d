import { resolve } from "node:path";
import type { DatabaseName } from "@/db/backup/manifest";
import { openFinanceDb, openLiveDb } from "@/db/client";
import { ensureDatabase } from "@/db/migrate";
import { createLog } from "@/platform/observability/log";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import type { Env } from "@/platform/settings/env";
import { createPublisher } from "@/push/publisher/publisher";
import { reconcileStores } from "@/server/services/restore/reconcile-stores";
import { requireNobodyRuns, restoreBackup } from "@/server/services/restore/restore-backup";
import { migrateAll } from "./lib/migrate-all";
import { printReport } from "./restore/print-report";
import { createConsoleLog } from "./start/console-log";
import { findRunning } from "./start/running-file";
import { type Services, startServices } from "./start/services";
import { readStartSettings } from "./start/settings";

/**
 * `npm run restore -- <folder> [--only live|finance]` puts databases back to a backup; `npm run restore -- --reconcile-only`
 * is for databases that were put back by other means. Either way finance and Redis are made to agree with what is there,
 * and every invariant is checked. Exits 0 when the books are whole, 1 when the audit found something, 2 when it could not
 * be done. Services that `npm start` would start are started for it, and stopped.
 */
async function main(): Promise<number> {
  const { folder, databases } = readArguments(process.argv.slice(2));
  const settings = readStartSettings(process.env);
  const running = findRunning(settings.dataDir);
  if (running) throw new Error(`Downpour runs here as process ${running.pid}: stop it first.`);
  const console_ = createConsoleLog({ write: (text) => process.stdout.write(text), isColoured: false });
  const services = await startServices(settings, console_);
  try {
    if (services.isPostgresEmbedded) {
      await ensureDatabase(services.liveOwnerUrl);
      await ensureDatabase(services.financeOwnerUrl);
    }
    await migrateAll(services, settings.env);
    return await restore(services, settings.env, folder, databases);
  } finally {
    await services.stop();
  }
}

async function restore(
  services: Services,
  given: Env,
  folder: string | null,
  databases: readonly DatabaseName[],
): Promise<number> {
  const env = { ...given, REDIS_URL: services.redisUrl };
  const log = createLog("restore");
  const pool = { poolMax: 4, applicationName: "downpour-restore", statementTimeoutMs: 0 };
  const live = openLiveDb(services.liveUrl, pool);
  const finance = openFinanceDb(services.financeUrl, pool);
  const redis = openRedis(services.redisUrl, log, { name: "restore" });
  try {
    await waitForRedis(redis, 10_000);
    const resources = { env, log, live, finance, redis, push: createPublisher(env) };
    const ownerUrls = { live: services.liveOwnerUrl, finance: services.financeOwnerUrl };
    if (folder !== null) {
      const { reconciled } = await restoreBackup(resources, { folder, databases, ownerUrls });
      return printReport(reconciled);
    }
    await requireNobodyRuns(resources);
    return printReport(await reconcileStores(resources));
  } finally {
    redis.disconnect();
    await Promise.all([live.close(), finance.close()]);
  }
}

const USAGE = "Usage: npm run restore -- <folder of a backup> [--only live|finance], or -- --reconcile-only";

function readArguments(args: readonly string[]): { folder: string | null; databases: DatabaseName[] } {
  const [first, second, third] = args;
  if (first === "--reconcile-only" && args.length === 1) return { folder: null, databases: [] };
  if (!first || first.startsWith("-")) throw new Error(USAGE);
  const folder = resolve(first);
  if (args.length === 1) return { folder, databases: ["live", "finance"] };
  if (second === "--only" && args.length === 3 && (third === "live" || third === "finance"))
    return { folder, databases: [third] };
  throw new Error(USAGE);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`The restore could not be done: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  },
);
