import { setTimeout as delay } from "node:timers/promises";
import { listRewritableTables } from "@/db/application-role";
import { FINANCE_GRANTS } from "@/db/finance/grants";
import { LIVE_GRANTS } from "@/db/live/grants";
import { isDemoMode } from "@/platform/settings/env";
import type { Resources } from "../context";

/** As long as workers wait for Redis before they say that they cannot start. */
const WAIT_MS_MAX = 30_000;
const RETRY_MS = 500;

/**
 * In production and staging no process starts that could rewrite the ledger or the audit: whoever gets hold of it could as
 * well. Throws an Error that names the setting. A database that is away is waited for, and then it throws too.
 */
export async function requireRestrictedRole(
  resources: Pick<Resources, "env" | "live" | "finance" | "log">,
): Promise<void> {
  const { env, live, finance } = resources;
  if (isDemoMode(env) || env.ALLOW_APPLICATION_TO_REWRITE_LEDGER) return;
  const until = performance.now() + WAIT_MS_MAX;
  for (;;) {
    const tables = await Promise.all([
      listRewritableTables(live, LIVE_GRANTS),
      listRewritableTables(finance, FINANCE_GRANTS),
    ]).catch((error: unknown) => {
      if (performance.now() > until) throw error;
      resources.log.warn(
        { reason: String(error) },
        "a database is away; this process starts when it is back",
      );
      return undefined;
    });
    if (!tables) {
      await delay(RETRY_MS);
      continue;
    }
    for (const [i, name] of ["LIVE_DATABASE_URL", "FINANCE_DATABASE_URL"].entries()) {
      if (!tables[i]?.length) continue;
      throw new Error(
        `${name}: its role may rewrite ${tables[i].join(", ")}. Give the owner's address as ${name.replace("_", "_OWNER_")}, ` +
          "migrate, and come as a role that owns nothing (docs/operations.md); ALLOW_APPLICATION_TO_REWRITE_LEDGER=true lets it pass.",
      );
    }
    return;
  }
}
