import { listRestrictionsInForce, type RestrictionRow } from "@/db/live/queries/room-restrictions";
import { BizError } from "@/domain/contracts/errors";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Resources } from "../context";

/** Stands for "for good", so that a client can always compare times. */
const FOR_GOOD = new Date("9999-12-31T23:59:59.000Z");

export const endOf = (until: Date | null): Date => until ?? FOR_GOOD;

export interface Restriction {
  until: Date;
  reason: string | null;
}

/** What a user may not do in a room now; null when they are free to. */
export interface Restrictions {
  kick: Restriction | null;
  mute: Restriction | null;
}

export const UNRESTRICTED: Restrictions = { kick: null, mute: null };

/** What rows of one user come to at a moment: of several of a kind the one that ends last. */
export function combineRestrictions(rows: readonly RestrictionRow[], now: Date): Restrictions {
  const latest = (kind: RestrictionRow["kind"]) =>
    rows.reduce<Restriction | null>((last, row) => {
      const until = endOf(row.until);
      if (row.kind !== kind || until <= now || (last && last.until >= until)) return last;
      return { until, reason: row.reason };
    }, null);
  return { kick: latest("kick"), mute: latest("mute") };
}

/** Asks the database, so that the answer is never behind: for whatever lets somebody in. */
export async function readRestrictions(
  resources: Pick<Resources, "live">,
  input: { roomId: string; userId: string },
): Promise<Restrictions> {
  const now = sharedNow();
  return combineRestrictions(await listRestrictionsInForce(resources.live, { ...input, now }), now);
}

/** Throws KICKED with `until` and `reason`. */
export function requireNotKicked({ kick }: Restrictions): void {
  if (kick) throw kickedError(kick);
}

/** Throws MUTED with `until` and `reason`. */
export function requireNotMuted({ mute }: Restrictions): void {
  if (mute) throw restrictionError("MUTED", mute);
}

/** KICKED with `until` and `reason`. */
export function kickedError(kick: Restriction): BizError {
  return restrictionError("KICKED", kick);
}

function restrictionError(name: "KICKED" | "MUTED", { until, reason }: Restriction): BizError {
  return new BizError(name, { until: until.toISOString(), ...(reason ? { reason } : {}) });
}
