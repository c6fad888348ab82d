import { desc, eq, sql } from "drizzle-orm";
import { roomTagFacts } from "@/db/live/schema";
import type { Transaction } from "./may-be-live";

/**
 * From now on a room has these tags, where it had others. Whoever calls holds the room's row, so that one change comes after
 * the other.
 */
export async function addRoomTagFacts(
  tx: Transaction,
  roomId: string,
  tagIds: readonly string[],
): Promise<void> {
  const [known] = await tx
    .select({ tagIds: roomTagFacts.tagIds })
    .from(roomTagFacts)
    .where(eq(roomTagFacts.roomId, roomId))
    .orderBy(desc(roomTagFacts.validFrom))
    .limit(1);
  if (known?.tagIds.join() === tagIds.join()) return;
  await tx.insert(roomTagFacts).values({ roomId, validFrom: sql`clock_timestamp()`, tagIds: [...tagIds] });
}
