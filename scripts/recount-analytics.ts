import { openFinanceDb, openLiveDb } from "@/db/client";
import { createLog } from "@/platform/observability/log";
import { env } from "@/platform/settings/env";
import { recountAnalytics } from "@/server/services/analytics/recount-analytics";

const PRINT_EVERY_MS = 2_000;

/**
 * `npm run recount-analytics`: counts the tables of analytics anew while the product runs, and mends what differs. Exits 0
 * when nothing was wrong, 1 when something was and is mended, 2 when it could not be done; then it can be started again.
 */
async function main(): Promise<number> {
  const settings = env("recount-analytics");
  const pool = { poolMax: 2, applicationName: "downpour-recount-analytics", statementTimeoutMs: 0 };
  const live = openLiveDb(settings.LIVE_DATABASE_URL, pool);
  const finance = openFinanceDb(settings.FINANCE_DATABASE_URL, pool);
  try {
    let printedAt = 0;
    const log = createLog("recount-analytics");
    const mended = await recountAnalytics(
      { live, finance, log },
      {
        onBatch: (done, all) => {
          if (performance.now() - printedAt < PRINT_EVERY_MS && done < all) return;
          printedAt = performance.now();
          console.log(`${done} of ${all} gifts and refunds counted anew`);
        },
      },
    );
    const { pairs, hours, days } = mended;
    const rows = pairs + hours + days;
    if (rows === 0) console.log("Everything was counted right.");
    else {
      console.log(
        `Mended rows: ${pairs} of gift_pair_day, ${hours} of gift_hour_viewers, ${days} of gift_day_viewers.`,
      );
    }
    return rows === 0 ? 0 : 1;
  } finally {
    await Promise.all([live.close(), finance.close()]);
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(
      `Analytics could not be counted anew: ${error instanceof Error ? error.message : String(error)}`,
    );
    process.exit(2);
  },
);
