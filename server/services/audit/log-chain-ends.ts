import { readChainEnd } from "@/db/audit-chain";
import type { Log } from "@/platform/observability/log";
import type { AuditResources } from "./check";

/** Writes the ends of both audit chains where the databases' owner cannot change them afterwards: into the log. */
export async function logChainEnds(
  { live, finance }: Pick<AuditResources, "live" | "finance">,
  { log }: { log: Log },
): Promise<void> {
  for (const [database, db] of [
    ["live", live],
    ["finance", finance],
  ] as const) {
    const end = await readChainEnd(db);
    // Shown at every level that is used in production.
    log.warn({ database, place: end?.seq ?? null, hash: end?.hash ?? null }, "the end of the audit chain");
  }
}
