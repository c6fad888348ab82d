import { desc, eq, isNull, or } from "drizzle-orm";
import type { FinanceDb } from "@/db/client";
import { revenueShares } from "@/db/finance/schema";
import type { ShareRow } from "@/server/rules/share";

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

/** Returns false when a share of this anchor from that instant on exists already. */
export async function insertShare(
  db: FinanceDb,
  input: { anchorId: string | null; shareBps: number; effectiveAt: Date; createdBy: string },
): Promise<boolean> {
  const rows = await db.orm
    .insert(revenueShares)
    .values(input)
    .onConflictDoNothing()
    .returning({ id: revenueShares.id });
  return rows.length === 1;
}
