import { openLiveDb } from "@/db/client";
import { sealPlainPhones } from "@/db/live/queries/sealed-phones";
import { migrateFinance, migrateLive } from "@/db/migrate";
import type { Env } from "@/server/env";
import { phoneSealOf } from "@/server/security/phone-seal";

/**
 * Brings both databases to the newest migration, and what SQL alone cannot bring there: phone numbers that stand in the
 * plain are sealed with the keys of the settings.
 */
export async function migrateAll(urls: { liveUrl: string; financeUrl: string }, env: Env): Promise<void> {
  await Promise.all([migrateLive(urls.liveUrl), migrateFinance(urls.financeUrl)]);
  const live = openLiveDb(urls.liveUrl, {
    poolMax: 1,
    applicationName: "downpour-migrate",
    statementTimeoutMs: 0,
  });
  try {
    await sealPlainPhones(live, phoneSealOf(env));
  } finally {
    await live.close();
  }
}
