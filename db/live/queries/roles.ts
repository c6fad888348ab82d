import type { LiveDb } from "@/db/client";
import { type Approval, insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import { decideRestrictionIn, hasOtherOperator, lockPerson } from "./account-restrictions";
import { becomeAnchorIn } from "./anchor-applications";
import { applyRestrictionsIn } from "./apply-restrictions";

export type RoleChange =
  | { outcome: "unknown" | "guest" | "last-operator" | "unchanged" | "changed" }
  /** Decided, with a hold on payouts, and not yet in force: the restriction to carry out. */
  | { outcome: "decided"; restrictionId: string };

/**
 * Gives a person another role and writes down who did it. Taking the role of anchor away is decided as a restriction, which
 * closes the room and holds payouts until an operator lifts it; any other change is in force at once.
 *
 * Lock order: the person, then the operators; then as `applyRestrictions`.
 */
export async function changeRole(
  db: LiveDb,
  input: {
    userId: string;
    role: "viewer" | "anchor" | "operator";
    reason: string;
    actorId: string;
    traceId: string;
    restrictionId: string;
    approval?: Approval;
  },
): Promise<RoleChange> {
  const { userId, role, reason, actorId, traceId, restrictionId, approval } = input;
  return await inTransaction(db.sql, async (tx): Promise<RoleChange> => {
    const person = await lockPerson(tx, userId);
    if (!person) return { outcome: "unknown" };
    if (person.isGuest || person.role === "guest") return { outcome: "guest" };
    if (person.role === role) return { outcome: "unchanged" };
    if (person.role === "operator" && !(await hasOtherOperator(tx, userId)))
      return { outcome: "last-operator" };
    const audit = {
      action: "people.set-role",
      subject: `user:${userId}`,
      before: { role: person.role },
      after: { role },
      approval,
    };
    if (person.role === "anchor" && role !== "anchor") {
      await decideRestrictionIn(tx, {
        id: restrictionId,
        userId,
        kind: "payouts",
        source: "role",
        reason,
        until: null,
        newRole: role,
        actorId,
        traceId,
        audit,
      });
      return { outcome: "decided", restrictionId };
    }
    await insertOperatorAction(tx, { actorId, ...audit, reason, traceId });
    if (role === "anchor") {
      await becomeAnchorIn(tx, userId, { actorId, reason, traceId });
    } else {
      await tx`UPDATE users SET role = ${role}, updated_at = now() WHERE id = ${userId}`;
      await applyRestrictionsIn(tx, userId);
    }
    return { outcome: "changed" };
  });
}
