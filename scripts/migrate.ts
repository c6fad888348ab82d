import { env } from "@/server/env";
import { migrateAll } from "./lib/migrate-all";

/** `node dist/migrate.mjs`: brings both databases to the newest migration; for deployments that start processes themselves. */
const settings = env();
await migrateAll(
  { liveUrl: settings.LIVE_DATABASE_URL, financeUrl: settings.FINANCE_DATABASE_URL },
  settings,
);
console.log("Both databases are up to date.");
