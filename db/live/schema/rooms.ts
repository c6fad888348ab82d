import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at } from "../../columns";
import { roomCategories } from "./categories";
import { users } from "./users";

/** An anchor's room; it is live while `currentSessionId` is set. */
export const rooms = pgTable(
  "rooms",
  {
    id: uuid("id").primaryKey(),
    anchorId: uuid("anchor_id")
      .notNull()
      .unique()
      .references(() => users.id),
    title: text("title").notNull(),
    /** What it is about; rooms of before shared categories have what their anchors typed in `category`. */
    categoryId: text("category_id").references(() => roomCategories.id),
    category: text("category").notNull(),
    /** Labels of its `room_tags`, in their order: lists of rooms read them from here. */
    tags: text("tags").array().notNull().default(sql`'{}'`),
    coverUrl: text("cover_url"),
    /** HLS address; null shows the built-in placeholder. */
    streamUrl: text("stream_url"),
    guestsMayChat: boolean("guests_may_chat").notNull().default(true),
    /** Chat messages that all viewers together see a second; null is the platform's default. */
    chatPerSecond: integer("chat_per_second"),
    /** Seconds that one viewer waits between two messages; 0 is off. */
    slowModeSeconds: integer("slow_mode_seconds").notNull().default(0),
    /** Who chats follows the anchor for so many minutes; null lets everybody chat. */
    followersOnlyMinutes: integer("followers_only_minutes"),
    linksAllowed: boolean("links_allowed").notNull().default(true),
    /** Whether viewers see who gave most. */
    topIsPublic: boolean("top_is_public").notNull().default(true),
    banned: boolean("banned").notNull().default(false),
    /** Grows with each kick, mute or its undoing, and with its moderators, so that a cache of them knows when it is old. */
    restrictionsVersion: integer("restrictions_version").notNull().default(0),
    currentSessionId: uuid("current_session_id"),
    liveSince: at("live_since"),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (t) => [
    index("rooms_live").on(t.liveSince, t.id).where(sql`current_session_id IS NOT NULL`),
    index("rooms_category").on(t.categoryId),
  ],
);

/** One stretch from going live to closing. */
export const roomSessions = pgTable(
  "room_sessions",
  {
    id: uuid("id").primaryKey(),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id),
    title: text("title").notNull(),
    startedAt: at("started_at").notNull(),
    endedAt: at("ended_at"),
    /** Most viewers that were there at once. */
    peakViewers: integer("peak_viewers").notNull().default(0),
    /** How many watched, and for how long in all; counted soon after its end. Null where nobody counted. */
    viewers: integer("viewers"),
    watchedMs: bigint("watched_ms", { mode: "number" }),
    visitsCounted: boolean("visits_counted").notNull().default(false),
  },
  (t) => [
    index("room_sessions_room").on(t.roomId, t.startedAt),
    /** The database, not only the code, keeps a room from being live twice. */
    uniqueIndex("room_sessions_one_open").on(t.roomId).where(sql`ended_at IS NULL`),
    index("room_sessions_uncounted").on(t.endedAt).where(sql`NOT visits_counted AND ended_at IS NOT NULL`),
  ],
);

/**
 * Kicks and mutes. A row with `until` in the future, or null, is in force until `liftedAt` is set. Rows are written and
 * lifted under the lock of their room's row.
 */
export const roomRestrictions = pgTable(
  "room_restrictions",
  {
    id: uuid("id").primaryKey(),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id),
    userId: uuid("user_id").notNull(),
    kind: text("kind", { enum: ["kick", "mute"] }).notNull(),
    until: at("until"),
    reason: text("reason"),
    createdBy: uuid("created_by").notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
    liftedAt: at("lifted_at"),
    liftedBy: uuid("lifted_by"),
  },
  (t) => [
    index("room_restrictions_user").on(t.roomId, t.userId),
    index("room_restrictions_unlifted").on(t.roomId, t.createdAt).where(sql`lifted_at IS NULL`),
    /** A guest who signs in takes the guest's restrictions along. */
    index("room_restrictions_everywhere").on(t.userId),
  ],
);

/** Who moderates a room besides its anchor. Rows are changed under the lock of their room's row; one that ended stays. */
export const roomModerators = pgTable(
  "room_moderators",
  {
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    appointedAt: at("appointed_at").notNull(),
    endedAt: at("ended_at"),
  },
  (t) => [primaryKey({ columns: [t.roomId, t.userId] }), index("room_moderators_user").on(t.userId)],
);

export const chatMessages = pgTable(
  "chat_messages",
  {
    /** Made by the client; scoped by sender so that nobody can occupy another's id. */
    senderId: uuid("sender_id").notNull(),
    messageId: uuid("message_id").notNull(),
    roomId: uuid("room_id").notNull(),
    sessionId: uuid("session_id").notNull(),
    senderName: text("sender_name").notNull(),
    senderRole: text("sender_role").notNull(),
    text: text("text").notNull(),
    traceId: text("trace_id").notNull(),
    /** When it was said; of one that was held, when it was let through. */
    createdAt: at("created_at").notNull(),
    /** By its words: everybody, its author alone, or nobody until a moderator has decided. */
    shownTo: text("shown_to", { enum: ["all", "author", "held"] })
      .notNull()
      .default("all"),
    /** Nobody but operators reads it from then on. Taken away by its author, a moderator of the room, or a ban. */
    removedAt: at("removed_at"),
    removedBy: uuid("removed_by"),
    removedReason: text("removed_reason"),
  },
  (t) => [
    uniqueIndex("chat_messages_id").on(t.messageId, t.senderId),
    index("chat_messages_room").on(t.roomId, t.createdAt),
    index("chat_messages_created").on(t.createdAt),
    index("chat_messages_sender").on(t.senderId, t.createdAt),
    index("chat_messages_held")
      .on(t.roomId, t.createdAt)
      .where(sql`shown_to = 'held' AND removed_at IS NULL`),
    /** What operators look through; a message comes into these when it is taken away. */
    index("chat_messages_removed")
      .on(t.removedAt, t.messageId, t.senderId)
      .where(sql`removed_at IS NOT NULL`),
    index("chat_messages_removed_of").on(t.senderId, t.removedAt).where(sql`removed_at IS NOT NULL`),
    index("chat_messages_removed_in").on(t.roomId, t.removedAt).where(sql`removed_at IS NOT NULL`),
  ],
);

/**
 * Up to when the words of somebody in a room are hidden. Written before their messages are marked, so that one that is being
 * stored meanwhile, and not seen by the marking, is found by whoever stores it.
 */
export const chatHides = pgTable(
  "chat_hides",
  {
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id),
    userId: uuid("user_id").notNull(),
    hiddenAt: at("hidden_at").notNull(),
    hiddenBy: uuid("hidden_by").notNull(),
    reason: text("reason"),
  },
  (t) => [primaryKey({ columns: [t.roomId, t.userId] })],
);

/** By what a guest who was kicked is known again: keyed hashes of the browser's name and of the address. */
export const guestMarks = pgTable(
  "guest_marks",
  {
    userId: uuid("user_id").notNull(),
    mark: text("mark").notNull(),
    seenAt: at("seen_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.mark] }), index("guest_marks_seen").on(t.seenAt)],
);
