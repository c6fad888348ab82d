import {
  type AccountRestrictionRow,
  listUnfinishedRestrictions,
  listUnheldRestrictions,
} from "@/db/live/queries/account-restrictions";
import { gauge } from "@/platform/observability/metrics";
import type { Resources } from "../context";
import { carryOutEnd, carryOutRestriction, holdPayouts } from "./carry-out-restriction";

const unfinished = gauge(
  "downpour_restrictions_unfinished",
  "Restrictions that are not yet carried out to their end",
);

type StopResources = Pick<Resources, "live" | "finance" | "redis" | "push" | "log">;

/** Whoever decided has this long to carry it out before the job does. */
const SETTLED_MS = 3_000;
const AT_ONCE = 100;

/**
 * Finishes restrictions whose process died or whose databases were away, and ends those whose time is up. Returns how many
 * were taken.
 */
export async function keepRestrictions(resources: StopResources, settledMs = SETTLED_MS): Promise<number> {
  const rows = await listUnfinishedRestrictions(resources.live, { settledMs, limit: AT_ONCE });
  unfinished.set(rows.length);
  for (const row of rows) {
    const ctx = { ...resources, traceId: row.traceId };
    try {
      await (row.stands ? carryOutRestriction(ctx, row) : carryOutEnd(ctx, row));
    } catch (error) {
      // One person whose rows are held up must not keep the others waiting.
      const facts = { reason: String(error), restrictionId: row.id, userId: row.userId };
      resources.log.warn(facts, "a restriction could not be carried out; will repeat");
    }
  }
  return rows.length;
}

/**
 * Before anything is paid: the holds of all that was decided so far are in place. Throws when one cannot be placed; then
 * nothing is paid in this round.
 */
export async function placeMissingHolds(resources: Pick<Resources, "live" | "finance">): Promise<void> {
  let rows: AccountRestrictionRow[];
  do {
    rows = await listUnheldRestrictions(resources.live, AT_ONCE);
    for (const row of rows) await holdPayouts(resources, row);
  } while (rows.length === AT_ONCE);
}
