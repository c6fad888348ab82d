import { bigint, boolean, date, index, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { at } from "../../columns";

/**
 * Who watched a session, and for how long: one row a person, or a guest's browser, however often they came. Written in sets
 * when they leave and when the session has ended. `visitorId` is the id of a user, or of a guest's browser.
 */
export const visits = pgTable(
  "visits",
  {
    sessionId: uuid("session_id").notNull(),
    visitorId: uuid("visitor_id").notNull(),
    isGuest: boolean("is_guest").notNull(),
    enteredAt: at("entered_at").notNull(),
    leftAt: at("left_at").notNull(),
    /** Without the time in between, when they came more than once. */
    watchedMs: bigint("watched_ms", { mode: "number" }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.sessionId, t.visitorId] }),
    index("visits_visitor").on(t.visitorId, t.leftAt),
  ],
);

/**
 * How long somebody with an account watched a room on a day of the platform's calendar. Written with the visits that it comes
 * from.
 */
export const watchDays = pgTable(
  "watch_days",
  {
    day: date("day").notNull(),
    roomId: uuid("room_id").notNull(),
    visitorId: uuid("visitor_id").notNull(),
    watchedMs: bigint("watched_ms", { mode: "number" }).notNull(),
  },
  (t) => [primaryKey({ name: "watch_days_key", columns: [t.day, t.roomId, t.visitorId] })],
);

/** Another mark whenever something comes to a day: whoever has counted it sees that it is not what they counted. */
export const watchDayMarks = pgTable("watch_day_marks", {
  day: date("day").primaryKey(),
  mark: uuid("mark").notNull(),
});

/** Who is in a room, as far as visits were taken, and since when that is not yet counted. */
export const roomPresence = pgTable(
  "room_presence",
  {
    roomId: uuid("room_id").notNull(),
    visitorId: uuid("visitor_id").notNull(),
    isGuest: boolean("is_guest").notNull(),
    /** The part of the gateway's visits that this room is in. */
    part: smallint("part").notNull(),
    since: at("since").notNull(),
  },
  (t) => [primaryKey({ columns: [t.roomId, t.visitorId] }), index("room_presence_part").on(t.part, t.roomId)],
);

/** How far the gateway's visits were taken; moved in the same transaction as what they say. */
export const visitCursors = pgTable("visit_cursors", {
  part: smallint("part").primaryKey(),
  lastVisit: text("last_visit").notNull(),
  /** When `room_presence` was last the same as what the gateway counts. */
  agreedAt: at("agreed_at").notNull(),
});
