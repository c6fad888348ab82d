import { desc, eq, isNull, or, sql } from "drizzle-orm";
import type { FinanceDb } from "@/db/client";
import { revenueShares } from "@/db/finance/schema";
import type { ShareRow } from "@/server/rules/share";

/** Advisory lock of the share table: settlement holds it shared, a change alone. */
export const SHARES_LOCK = 7_301;

export interface StoredShare extends ShareRow {
  id: number;
  createdAt: Date;
}

const columns = {
  id: revenueShares.id,
  anchorId: revenueShares.anchorId,
  shareBps: revenueShares.shareBps,
  effectiveAt: revenueShares.effectiveAt,
  createdAt: revenueShares.createdAt,
};

function toShare(row: {
  id: number;
  anchorId: string | null;
  shareBps: number;
  effectiveAt: Date;
  createdAt: Date;
}) {
  const { effectiveAt, ...rest } = row;
  return { ...rest, effectiveAtMs: effectiveAt.getTime() };
}

export async function listAllShares(db: FinanceDb): Promise<StoredShare[]> {
  const rows = await db.orm.select(columns).from(revenueShares).orderBy(desc(revenueShares.effectiveAt));
  return rows.map(toShare);
}

/** The rows that can hold for one anchor: the anchor's own and the platform's. */
export async function listSharesOfAnchor(db: FinanceDb, anchorId: string): Promise<StoredShare[]> {
  const rows = await db.orm
    .select(columns)
    .from(revenueShares)
    .where(or(eq(revenueShares.anchorId, anchorId), isNull(revenueShares.anchorId)));
  return rows.map(toShare);
}

/**
 * Adds a share that holds from a future instant on, by the database's clock. The lock keeps settlement out meanwhile: a
 * gift sent from that instant on is never settled by a reader that could not yet see the new row.
 */
export async function insertShare(
  db: FinanceDb,
  input: { anchorId: string | null; shareBps: number; effectiveAt: Date; createdBy: string },
): Promise<"inserted" | "in-past" | "exists"> {
  return await db.orm.transaction(async (tx) => {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(${SHARES_LOCK})`);
    const [clock] = await tx.execute<{ future: boolean }>(
      sql`SELECT ${input.effectiveAt.toISOString()}::timestamptz > clock_timestamp() AS future`,
    );
    if (!clock?.future) return "in-past";
    const rows = await tx
      .insert(revenueShares)
      .values(input)
      .onConflictDoNothing()
      .returning({ id: revenueShares.id });
    return rows.length === 1 ? "inserted" : "exists";
  });
}
