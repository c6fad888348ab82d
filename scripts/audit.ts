import { openFinanceDb, openLiveDb } from "@/db/client";
import { escapeControls } from "@/domain/rules/escape-controls";
import { createLog } from "@/platform/observability/log";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import { env } from "@/platform/settings/env";
import { checkInvariants } from "@/server/services/audit/check-invariants";

/** `npm run audit`: prints each invariant with what breaks it; exits 1 on any breach, 2 when it could not look. */
async function main(): Promise<number> {
  const settings = env("audit");
  const pool = { poolMax: 2, applicationName: "downpour-audit", statementTimeoutMs: 60_000 };
  const live = openLiveDb(settings.LIVE_DATABASE_URL, pool);
  const finance = openFinanceDb(settings.FINANCE_DATABASE_URL, pool);
  const redis = openRedis(settings.REDIS_URL, createLog("audit"), { name: "audit" });
  try {
    await waitForRedis(redis, 5_000);
    let broken = 0;
    await checkInvariants(
      { live, finance, redis },
      {
        // One by one: what was found is said even where a later check cannot look.
        onChecked: async ({ name, breaches, compared }) => {
          console.log(`${breaches.length === 0 ? "holds " : "BROKEN"}  ${name} (${compared} looked at)`);
          for (const breach of breaches) console.log(`          ${escapeControls(JSON.stringify(breach))}`);
          if (breaches.length > 0) broken += 1;
        },
      },
    );
    console.log(broken === 0 ? "Every invariant holds." : `${broken} invariant(s) broken.`);
    return broken === 0 ? 0 : 1;
  } finally {
    redis.disconnect();
    await Promise.all([live.close(), finance.close()]);
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`The audit could not be done: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  },
);
