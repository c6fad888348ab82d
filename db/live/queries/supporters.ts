import { and, eq, gt } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { roomSupporters } from "@/db/live/schema";
import type { TopWindow } from "@/server/contracts/room";

/** A stretch of time that a board covers: `id` names the session, the day or the week (its Monday); empty for all. */
export interface TopPeriod {
  window: TopWindow;
  id: string;
}

export interface SupporterRow {
  senderId: string;
  anonymous: boolean;
  coins: number;
}

/** Everybody who gave in a room in a period and was not refunded all of it, in no order. */
export async function listSupporters(
  db: LiveDb,
  roomId: string,
  { window, id }: TopPeriod,
): Promise<SupporterRow[]> {
  const { senderId, anonymous, allCoins, dayCoins, weekCoins, sessionCoins } = roomSupporters;
  const [coins, isOfPeriod] = {
    all: [allCoins, undefined] as const,
    day: [dayCoins, eq(roomSupporters.day, id)] as const,
    week: [weekCoins, eq(roomSupporters.week, id)] as const,
    session: [sessionCoins, window === "session" ? eq(roomSupporters.sessionId, id) : undefined] as const,
  }[window];
  return db.orm
    .select({ senderId, anonymous, coins })
    .from(roomSupporters)
    .where(and(eq(roomSupporters.roomId, roomId), isOfPeriod, gt(coins, 0)));
}

/** Paid gifts that are not yet counted. */
export async function countUncounted(db: LiveDb): Promise<number> {
  const [row] = await db.sql<{ gifts: string }[]>`
    SELECT coalesce(sum(b.last_seq - c.last_seq), 0) AS gifts
    FROM gift_buckets b JOIN supporter_cursors c USING (bucket)`;
  return Number(row?.gifts ?? 0);
}
