import { sql } from "drizzle-orm";
import { bigint, boolean, check, date, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { amount, at } from "../../columns";

/**
 * What each sender has given in each room: in all, and in the latest day, week and session in which they gave. Counted
 * from `gift_records` by `supporter_cursors`, never by the debit itself. Beside each sum stands since
 * when it is what it is (microseconds since 1970): of equal sums the older one is ahead. Anonymous gifts are counted apart, so that a
 * name never stands beside what was given without it. No index holds the sums: updates stay heap-only.
 */
export const roomSupporters = pgTable(
  "room_supporters",
  {
    roomId: uuid("room_id").notNull(),
    senderId: uuid("sender_id").notNull(),
    anonymous: boolean("anonymous").notNull(),
    allCoins: amount("all_coins").notNull(),
    allReachedUs: bigint("all_reached_us", { mode: "number" }).notNull(),
    /** Days and weeks (named by their Monday) are those of the platform's calendar. */
    day: date("day").notNull(),
    dayCoins: amount("day_coins").notNull(),
    dayReachedUs: bigint("day_reached_us", { mode: "number" }).notNull(),
    week: date("week").notNull(),
    weekCoins: amount("week_coins").notNull(),
    weekReachedUs: bigint("week_reached_us", { mode: "number" }).notNull(),
    sessionId: uuid("session_id").notNull(),
    /** Tells which of two sessions is the later one. */
    sessionStartedAt: at("session_started_at").notNull(),
    sessionCoins: amount("session_coins").notNull(),
    sessionReachedUs: bigint("session_reached_us", { mode: "number" }).notNull(),
  },
  (t) => [primaryKey({ name: "room_supporters_key", columns: [t.roomId, t.senderId, t.anonymous] })],
);

/**
 * How often the sums of a room have changed. A board in Redis carries the version up to which it is whole; one that is behind
 * is read anew. Written with the sums, always after them.
 */
export const roomBoards = pgTable("room_boards", {
  roomId: uuid("room_id").primaryKey(),
  version: bigint("version", { mode: "number" }).notNull(),
});

/** Up to which number of each bucket gifts are counted; moved in the same transaction as the counts. */
export const supporterCursors = pgTable("supporter_cursors", {
  bucket: smallint("bucket").primaryKey(),
  lastSeq: bigint("last_seq", { mode: "number" }).notNull().default(0),
  /** The gift that has this number, as `markOfGift` names it. */
  lastGift: text("last_gift"),
});

/** Up to which number refunds are taken off the counts; moved in the same transaction as the counts. One row. */
export const supporterRefundCursor = pgTable(
  "supporter_refund_cursor",
  {
    id: smallint("id").primaryKey(),
    lastSeq: bigint("last_seq", { mode: "number" }).notNull().default(0),
    /** The refund that has this number, as `markOfRefund` names it. */
    lastRefund: text("last_refund"),
  },
  (t) => [check("supporter_refund_cursor_one_row", sql`${t.id} = 1`)],
);
