import { and, eq, gt, inArray, isNull, or, sql } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { accountRestrictions, users } from "@/db/live/schema";
import type { AccountRestrictionKind } from "@/domain/contracts/people";

export type Transaction = Parameters<Parameters<LiveDb["orm"]["transaction"]>[0]>[0];

/** `role`: is no anchor; `banned`: a restriction keeps the room closed. */
export type LiveRefusal = "role" | "banned";

const CLOSING_KINDS = ["signIn", "spending", "room"] as const;
/** A rain may be planned while only the wallet is stopped: paying for it is what is refused then. */
export const RAIN_STOPPING_KINDS = ["signIn", "room", "rains"] as const;

/**
 * Why somebody may not be live, or plan a rain, now; null when they may, and then they may until the commit: whoever stops them
 * waits for that.
 * Locks: the person, shared.
 */
export async function findLiveRefusal(
  tx: Transaction,
  userId: string,
  kinds: readonly AccountRestrictionKind[] = CLOSING_KINDS,
): Promise<LiveRefusal | null> {
  const [person] = await tx.select({ role: users.role }).from(users).where(eq(users.id, userId)).for("share");
  if (person?.role !== "anchor") return "role";
  // Asked after the lock was granted, so that what was decided before it is seen.
  const stops = await tx
    .select({ id: accountRestrictions.id })
    .from(accountRestrictions)
    .where(
      and(
        eq(accountRestrictions.userId, userId),
        inArray(accountRestrictions.kind, [...kinds]),
        isNull(accountRestrictions.endedAt),
        isNull(accountRestrictions.liftedAt),
        or(isNull(accountRestrictions.until), gt(accountRestrictions.until, sql`now()`)),
      ),
    )
    .limit(1);
  return stops.length > 0 ? "banned" : null;
}
