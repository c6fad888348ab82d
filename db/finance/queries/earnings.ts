import { and, desc, eq, lt } from "drizzle-orm";
import type { FinanceDb } from "@/db/client";
import { anchorEarnings, settlementLines } from "@/db/finance/schema";

export async function findEarnings(db: FinanceDb, anchorId: string) {
  const [row] = await db.orm.select().from(anchorEarnings).where(eq(anchorEarnings.anchorId, anchorId));
  return row;
}

/** Settlement lines of one anchor, or of all, newest first, below a line id. */
export async function listLines(
  db: FinanceDb,
  input: { anchorId: string | null; belowId: number | null; limit: number },
) {
  return await db.orm
    .select()
    .from(settlementLines)
    .where(
      and(
        input.anchorId === null ? undefined : eq(settlementLines.anchorId, input.anchorId),
        input.belowId === null ? undefined : lt(settlementLines.id, input.belowId),
      ),
    )
    .orderBy(desc(settlementLines.id))
    .limit(input.limit);
}

export async function findLine(db: FinanceDb, lineId: number) {
  const [row] = await db.orm.select().from(settlementLines).where(eq(settlementLines.id, lineId));
  return row;
}
