import { and, desc, eq, getTableColumns, gt, isNull, lt, or, sql } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { rainGrants, users } from "@/db/live/schema";
import { type Approval, insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";

export type GrantRow = typeof rainGrants.$inferSelect & { nickname: string | null };

export interface GrantPage {
  anchorId?: string;
  /** Only those with coins left that have neither expired nor been revoked. */
  usableOnly?: boolean;
  after?: { createdAt: Date; grantId: string };
  limit: number;
}

/** Grants, newest first. */
export async function listGrants(db: LiveDb, page: GrantPage): Promise<GrantRow[]> {
  const { anchorId, usableOnly, after, limit } = page;
  return await db.orm
    .select({ ...getTableColumns(rainGrants), nickname: users.name })
    .from(rainGrants)
    .leftJoin(users, eq(users.id, rainGrants.anchorId))
    .where(
      and(
        anchorId ? eq(rainGrants.anchorId, anchorId) : undefined,
        usableOnly
          ? and(
              isNull(rainGrants.revokedAt),
              or(isNull(rainGrants.expiresAt), gt(rainGrants.expiresAt, sql`now()`)),
              gt(rainGrants.coins, rainGrants.usedCoins),
            )
          : undefined,
        after
          ? or(
              lt(rainGrants.createdAt, after.createdAt),
              and(eq(rainGrants.createdAt, after.createdAt), lt(rainGrants.grantId, after.grantId)),
            )
          : undefined,
      ),
    )
    .orderBy(desc(rainGrants.createdAt), desc(rainGrants.grantId))
    .limit(limit);
}

export async function findGrant(db: LiveDb, grantId: string): Promise<GrantRow | null> {
  const [row] = await db.orm
    .select({ ...getTableColumns(rainGrants), nickname: users.name })
    .from(rainGrants)
    .leftJoin(users, eq(users.id, rainGrants.anchorId))
    .where(eq(rainGrants.grantId, grantId));
  return row ?? null;
}

/** Gives an anchor coins of the platform to rain, once a grant id, and records who did it. False when the id is taken. */
export async function insertGrant(
  db: LiveDb,
  grant: Omit<typeof rainGrants.$inferInsert, "usedCoins" | "revokedAt" | "createdAt">,
  approval?: Approval,
): Promise<boolean> {
  const { grantId, anchorId, coins, expiresAt, reason, createdBy, traceId } = grant;
  return await inTransaction(db.sql, async (tx) => {
    const rows = await tx`
      INSERT INTO rain_grants (grant_id, anchor_id, coins, expires_at, reason, created_by, trace_id, created_at)
      VALUES (${grantId}, ${anchorId}, ${coins}, ${expiresAt ?? null}, ${reason}, ${createdBy}, ${traceId}, now())
      ON CONFLICT (grant_id) DO NOTHING RETURNING 1`;
    if (rows.length === 0) return false;
    await insertOperatorAction(tx, {
      actorId: createdBy,
      action: "rain.grant",
      subject: `rain-grant:${grantId}`,
      after: { anchorId, coins, expiresAt: expiresAt ?? null },
      reason,
      traceId,
      approval,
    });
    return true;
  });
}

/** Takes back what is left of a grant; rains that it has paid for go on. False when there is none that is in force. */
export async function revokeGrant(
  db: LiveDb,
  input: { grantId: string; actorId: string; reason: string; traceId: string; approval?: Approval },
): Promise<boolean> {
  const { grantId, actorId, reason, traceId, approval } = input;
  return await inTransaction(db.sql, async (tx) => {
    const [row] = await tx<{ coins: string; used_coins: string }[]>`
      UPDATE rain_grants SET revoked_at = now() WHERE grant_id = ${grantId} AND revoked_at IS NULL
      RETURNING coins, used_coins`;
    if (!row) return false;
    await insertOperatorAction(tx, {
      actorId,
      action: "rain.revoke-grant",
      subject: `rain-grant:${grantId}`,
      before: { coins: Number(row.coins), usedCoins: Number(row.used_coins) },
      reason,
      traceId,
      approval,
    });
    return true;
  });
}
