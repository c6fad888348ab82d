import type { LiveDb, Sql } from "@/db/client";
import { type ActionBy, insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";

export interface IpBlockRow {
  /** As `203.0.113.0/24`. */
  range: string;
  reason: string;
  blockedBy: { userId: string; nickname: string | null };
  createdAt: Date;
  expiresAt: Date | null;
}

/** Every process looks each address up in all of them. */
export const IP_BLOCKS_MAX = 2_000;

/** What holds now, the newest first. */
export async function listIpBlocks({ sql }: LiveDb): Promise<IpBlockRow[]> {
  return await sql<IpBlockRow[]>`
    SELECT b.range::text AS range, b.reason, b.created_at AS "createdAt", b.expires_at AS "expiresAt",
      jsonb_build_object('userId', b.blocked_by, 'nickname', u.name) AS "blockedBy"
    FROM ip_blocks b LEFT JOIN users u ON u.id = b.blocked_by
    WHERE b.expires_at IS NULL OR b.expires_at > now()
    ORDER BY b.created_at DESC, b.range LIMIT ${IP_BLOCKS_MAX}`;
}

export interface HeldBlock {
  range: string;
  expiresAtMs: number | null;
  /** By the database's clock; null until somebody lifts it. */
  leftMs: number | null;
}

/** What holds now, for processes to turn away. */
export async function readHeldBlocks({ sql }: LiveDb): Promise<HeldBlock[]> {
  return await sql<HeldBlock[]>`
    SELECT range::text AS range, (extract(epoch FROM expires_at) * 1000)::float8 AS "expiresAtMs",
      (extract(epoch FROM expires_at - clock_timestamp()) * 1000)::float8 AS "leftMs"
    FROM ip_blocks WHERE expires_at IS NULL OR expires_at > clock_timestamp()
    ORDER BY range LIMIT ${IP_BLOCKS_MAX}`;
}

const lockBlock = async (tx: Sql, range: string) => {
  const [row] = await tx<{ reason: string; expiresAt: Date | null }[]>`
    SELECT reason, expires_at AS "expiresAt" FROM ip_blocks WHERE range = ${range}::cidr FOR UPDATE`;
  return row ?? null;
};

/**
 * Blocks a range, or gives one that is blocked another reason and end; with its audit row. What has ended is cleared away.
 * "full" when there are as many as there may be, "past" when its end has gone by.
 */
export async function insertIpBlock(
  { sql }: LiveDb,
  block: { range: string; reason: string; expiresAt: Date | null; by: ActionBy },
): Promise<"blocked" | "full" | "past"> {
  const { range, reason, expiresAt, by } = block;
  return await inTransaction(sql, async (tx) => {
    // One at a time, so that the count holds.
    await tx`SELECT pg_advisory_xact_lock(hashtextextended('ip_blocks', 0))`;
    await tx`DELETE FROM ip_blocks WHERE expires_at <= now()`;
    if (expiresAt) {
      const [row] = await tx<{ isPast: boolean }[]>`SELECT ${expiresAt}::timestamptz <= now() AS "isPast"`;
      if (row?.isPast) return "past";
    }
    const before = await lockBlock(tx, range);
    const [count] = await tx<{ blocks: number }[]>`SELECT count(*)::int AS blocks FROM ip_blocks`;
    if (!before && (count?.blocks ?? 0) >= IP_BLOCKS_MAX) return "full";
    await tx`
      INSERT INTO ip_blocks (range, reason, blocked_by, expires_at)
      VALUES (${range}::cidr, ${reason}, ${by.actorId}, ${expiresAt})
      ON CONFLICT (range) DO UPDATE SET reason = excluded.reason, blocked_by = excluded.blocked_by,
        expires_at = excluded.expires_at, created_at = now()`;
    const after = { reason, expiresAt };
    await insertOperatorAction(tx, { ...by, action: "ip.block", subject: `ip:${range}`, before, after });
    return "blocked";
  });
}

/** Lets a range in again, with its audit row. False when it was not blocked. */
export async function deleteIpBlock({ sql }: LiveDb, range: string, by: ActionBy): Promise<boolean> {
  return await inTransaction(sql, async (tx) => {
    const before = await lockBlock(tx, range);
    if (!before) return false;
    await tx`DELETE FROM ip_blocks WHERE range = ${range}::cidr`;
    await insertOperatorAction(tx, {
      ...by,
      action: "ip.unblock",
      subject: `ip:${range}`,
      before,
      after: null,
    });
    return true;
  });
}
