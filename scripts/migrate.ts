import { migrateFinance, migrateLive } from "@/db/migrate";
import { env } from "@/server/env";

/** `node dist/migrate.mjs`: brings both databases to the newest migration; for deployments that start processes themselves. */
await Promise.all([migrateLive(env().LIVE_DATABASE_URL), migrateFinance(env().FINANCE_DATABASE_URL)]);
console.log("Both databases are up to date.");
