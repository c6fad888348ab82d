import { desc, eq } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { operatorActions, users } from "@/db/live/schema";

/** What operators did to something, newest first. */
export async function listActionsOn(db: LiveDb, subject: string, limit: number) {
  return await db.orm
    .select({
      action: operatorActions.action,
      actorId: operatorActions.actorId,
      actorName: users.name,
      reason: operatorActions.reason,
      traceId: operatorActions.traceId,
      at: operatorActions.createdAt,
    })
    .from(operatorActions)
    .leftJoin(users, eq(users.id, operatorActions.actorId))
    .where(eq(operatorActions.subject, subject))
    .orderBy(desc(operatorActions.id))
    .limit(limit);
}
