import { openLiveDb } from "@/db/client";
import { sealPlainPhones } from "@/db/live/queries/sealed-phones";
import { migrateFinance, migrateLive } from "@/db/migrate";
import { phoneSealOf } from "@/platform/security/phone-seal";
import type { Env } from "@/platform/settings/env";

export interface MigrationUrls {
  liveOwnerUrl: string;
  liveUrl: string;
  financeOwnerUrl: string;
  financeUrl: string;
}

/**
 * Brings both databases to the newest migration, and what SQL alone cannot bring there: phone numbers that stand in the
 * plain are sealed with the keys of the settings.
 */
export async function migrateAll(urls: MigrationUrls, env: Env): Promise<void> {
  await Promise.all([
    migrateLive(urls.liveOwnerUrl, urls.liveUrl),
    migrateFinance(urls.financeOwnerUrl, urls.financeUrl),
  ]);
  const live = openLiveDb(urls.liveOwnerUrl, {
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
