import { and, asc, desc, eq, gt } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { roomSupporters } from "@/db/live/schema";
import type { TopWindow } from "@/domain/contracts/room";

/** A stretch of time that a board covers: `id` names the session, the day or the week (its Monday); empty for all. */
export interface TopPeriod {
  window: TopWindow;
  id: string;
}

export interface SupporterRow {
  senderId: string;
  anonymous: boolean;
  coins: number;
  /** Since when the sum is what it is, in microseconds since 1970: as `reachedUs` and `refundedUs` have it. */
  reachedUs: number;
}

/**
 * Everybody who gave in a room in a period and was not refunded all of it, in the order of a board: most coins first, of
 * equal sums the one that was reached first. What is left of ties goes by the id, whether somebody is named or not.
 */
export async function listSupporters(
  db: LiveDb,
  roomId: string,
  { window, id }: TopPeriod,
): Promise<SupporterRow[]> {
  const t = roomSupporters;
  const [coins, reachedUs, isOfPeriod] = {
    all: [t.allCoins, t.allReachedUs, undefined] as const,
    day: [t.dayCoins, t.dayReachedUs, eq(t.day, id)] as const,
    week: [t.weekCoins, t.weekReachedUs, eq(t.week, id)] as const,
    session: [
      t.sessionCoins,
      t.sessionReachedUs,
      window === "session" ? eq(t.sessionId, id) : undefined,
    ] as const,
  }[window];
  return db.orm
    .select({ senderId: t.senderId, anonymous: t.anonymous, coins, reachedUs })
    .from(t)
    .where(and(eq(t.roomId, roomId), isOfPeriod, gt(coins, 0)))
    .orderBy(desc(coins), asc(reachedUs), desc(t.senderId), desc(t.anonymous));
}

/** Paid gifts that are not yet counted. */
export async function countUncounted(db: LiveDb): Promise<number> {
  const [row] = await db.sql<{ gifts: string }[]>`
    SELECT coalesce(sum(b.last_seq - c.last_seq), 0) AS gifts
    FROM gift_buckets b JOIN supporter_cursors c USING (bucket)`;
  return Number(row?.gifts ?? 0);
}
