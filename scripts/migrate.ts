import { env } from "@/platform/settings/env";
import { migrateAll } from "./lib/migrate-all";

/** `node dist/migrate.mjs`: brings both databases to the newest migration; for deployments that start processes themselves. */
const settings = env("migrate");
await migrateAll(
  {
    liveOwnerUrl: settings.LIVE_OWNER_DATABASE_URL ?? settings.LIVE_DATABASE_URL,
    liveUrl: settings.LIVE_DATABASE_URL,
    financeOwnerUrl: settings.FINANCE_OWNER_DATABASE_URL ?? settings.FINANCE_DATABASE_URL,
    financeUrl: settings.FINANCE_DATABASE_URL,
  },
  settings,
);
console.log("Both databases are up to date.");
