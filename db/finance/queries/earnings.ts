import { and, desc, eq, lt } from "drizzle-orm";
import type { FinanceDb } from "@/db/client";
import { anchorEarnings, settlementLines } from "@/db/finance/schema";

export async function findEarnings(db: FinanceDb, anchorId: string) {
  const [row] = await db.orm.select().from(anchorEarnings).where(eq(anchorEarnings.anchorId, anchorId));
  return row;
}

/** Settlement lines of an anchor, newest first, below a line id. */
export async function listLines(
  db: FinanceDb,
  input: { anchorId: string; belowId: number | null; limit: number },
) {
  return await db.orm
    .select()
    .from(settlementLines)
    .where(
      and(
        eq(settlementLines.anchorId, input.anchorId),
        input.belowId === null ? undefined : lt(settlementLines.id, input.belowId),
      ),
    )
    .orderBy(desc(settlementLines.id))
    .limit(input.limit);
}
