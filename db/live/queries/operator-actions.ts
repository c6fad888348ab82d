import { desc, eq, inArray } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { operatorActions, users } from "@/db/live/schema";

/** What operators did to something, newest first. */
export const listActionsOn = (db: LiveDb, subject: string, limit: number) =>
  listActionsOnAny(db, [subject], limit);

/** The same of several things together. */
export async function listActionsOnAny(db: LiveDb, subjects: readonly string[], limit: number) {
  return await db.orm
    .select({
      action: operatorActions.action,
      subject: operatorActions.subject,
      actorId: operatorActions.actorId,
      actorName: users.name,
      reason: operatorActions.reason,
      traceId: operatorActions.traceId,
      at: operatorActions.createdAt,
    })
    .from(operatorActions)
    .leftJoin(users, eq(users.id, operatorActions.actorId))
    .where(inArray(operatorActions.subject, [...subjects]))
    .orderBy(desc(operatorActions.id))
    .limit(limit);
}
