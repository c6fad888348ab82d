import type { AccountRestrictionRow } from "@/db/live/queries/account-restrictions";
import type { AccountRestriction } from "@/domain/contracts/people";

/** A restriction as operators see it. */
export function toRestriction(row: AccountRestrictionRow): AccountRestriction {
  const { id, kind, source, reason, until, createdAt, liftedAt, liftedBy, liftReason, stands } = row;
  return {
    restrictionId: id,
    kind,
    source,
    reason,
    until: until?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    createdBy: { userId: row.createdBy, nickname: row.createdByName },
    liftedAt: liftedAt?.toISOString() ?? null,
    liftedBy: liftedBy === null ? null : { userId: liftedBy, nickname: row.liftedByName },
    liftReason,
    stands,
    isDone: stands
      ? row.heldAt !== null && row.appliedAt !== null && row.announcedAt !== null
      : row.endedAt !== null,
  };
}
