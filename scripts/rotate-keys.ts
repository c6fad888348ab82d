import { openFinanceDb, openLiveDb } from "@/db/client";
import { vaultOf } from "@/platform/security/vault";
import { env } from "@/platform/settings/env";
import { rotateKeys } from "@/server/services/security/rotate-keys";

/**
 * `npm run rotate-keys`: seals phone numbers and payout accounts with the first of DATA_KEYS. Exits 0 when no other key is
 * needed any more, 1 when there are values that no key opens, 2 when it could not be done.
 */
async function main(): Promise<number> {
  const settings = env("rotate-keys");
  const pool = { poolMax: 1, applicationName: "downpour-rotate-keys", statementTimeoutMs: 0 };
  const live = openLiveDb(settings.LIVE_DATABASE_URL, pool);
  const finance = openFinanceDb(settings.FINANCE_DATABASE_URL, pool);
  try {
    const vault = vaultOf(settings);
    const columns = await rotateKeys({ live, finance }, vault);
    for (const { name, rotated, unreadable, byKey } of columns) {
      const keys = [...byKey].map(([keyId, values]) => `${keyId}: ${values}`).join(", ") || "none";
      console.log(`${name}  sealed anew: ${rotated}  unreadable: ${unreadable}  values by key: ${keys}`);
    }
    const others = new Set(columns.flatMap(({ byKey }) => [...byKey.keys()]));
    others.delete(vault.currentKeyId);
    if (others.size === 0) {
      console.log(`Everything is sealed with "${vault.currentKeyId}"; other keys can go from DATA_KEYS.`);
      return 0;
    }
    console.log(`Still needed: ${[...others].join(", ")}. Run this again.`);
    return columns.some(({ unreadable }) => unreadable > 0) ? 1 : 0;
  } finally {
    await Promise.all([live.close(), finance.close()]);
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`Keys could not be rotated: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  },
);
