import { and, inArray, isNotNull } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { rains } from "@/db/live/schema";
import type { SplitFacts } from "@/domain/rules/split-packets";

/** What fixes the packets of some rains; those whose seed is not mixed yet are left out. */
export async function findSplits(
  db: LiveDb,
  rainIds: readonly string[],
): Promise<(SplitFacts & { serverSeed: string })[]> {
  const rows = await db.orm
    .select({
      rainId: rains.rainId,
      budgetCoins: rains.budgetCoins,
      packetCount: rains.packetCount,
      entropy: rains.entropy,
      serverSeed: rains.serverSeed,
    })
    .from(rains)
    .where(and(inArray(rains.rainId, [...rainIds]), isNotNull(rains.entropy)));
  return rows.map(({ entropy, ...facts }) => ({ ...facts, entropy: entropy ?? [] }));
}
