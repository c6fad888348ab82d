import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { PK_COUNTS, PK_END_REASONS, PK_OUTCOMES, PK_SIDE_STATES, PK_STATES } from "@/domain/rules/pk-states";
import { amount, at, atMs } from "../../columns";
import { rooms } from "./rooms";
import { users } from "./users";

/** PK battles. `status` moves only by guarded updates that raise `seq`; results are kept for ever. */
export const pkBattles = pgTable(
  "pk_battles",
  {
    pkId: uuid("pk_id").primaryKey(),
    inviterId: uuid("inviter_id")
      .notNull()
      .references(() => users.id),
    status: text("status", { enum: PK_STATES }).notNull(),
    /** Grows with each change that is shown; every room of it hears the changes in this order. */
    seq: bigint("seq", { mode: "number" }).notNull().default(1),
    /** Up to which change everybody was told: a process that dies before telling leaves it behind. */
    announcedSeq: bigint("announced_seq", { mode: "number" }).notNull().default(0),
    counts: text("counts", { enum: PK_COUNTS }).notNull(),
    giftId: text("gift_id"),
    durationSeconds: integer("duration_seconds").notNull(),
    minimumPoints: amount("minimum_points").notNull(),
    /** When the clock takes the next step. */
    dueAt: atMs("due_at"),
    /** Gifts that were accepted in here count; the end is excluded. */
    windowFrom: atMs("window_from"),
    windowTo: atMs("window_to"),
    /** How far each bucket had given out numbers before the window began, and when it was settled, by bucket. */
    fromSeqs: bigint("from_seqs", { mode: "number" }).array(),
    toSeqs: bigint("to_seqs", { mode: "number" }).array(),
    /** The newest refund that the result knows. */
    refundSeq: bigint("refund_seq", { mode: "number" }),
    outcome: text("outcome", { enum: PK_OUTCOMES }),
    winnerId: uuid("winner_id"),
    endReason: text("end_reason", { enum: PK_END_REASONS }),
    /** Gifts were on their way for longer than the result could wait. */
    isCutShort: boolean("is_cut_short").notNull().default(false),
    /** Whoever works on it now, and until when; since then nobody does. */
    workHolder: text("work_holder"),
    workUntil: at("work_until"),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull().defaultNow(),
    settledAt: atMs("settled_at"),
    closedAt: atMs("closed_at"),
  },
  (t) => [
    index("pk_battles_to_work_on").on(t.createdAt).where(sql`status <> 'closed' OR announced_seq < seq`),
    check("pk_window", sql`${t.windowTo} >= ${t.windowFrom}`),
    check("pk_named_gift", sql`(${t.counts} = 'gift') = (${t.giftId} IS NOT NULL)`),
    check("pk_has_end", sql`${t.status} <> 'closed' OR ${t.endReason} IS NOT NULL`),
  ],
);

/** Who takes part. While a battle runs, points and helpers are what was last shown; from `settled` on they are the result. */
export const pkSides = pgTable(
  "pk_sides",
  {
    pkId: uuid("pk_id")
      .notNull()
      .references(() => pkBattles.pkId),
    position: smallint("position").notNull(),
    anchorId: uuid("anchor_id")
      .notNull()
      .references(() => users.id),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id),
    /** The room's session in which it is fought. */
    sessionId: uuid("session_id"),
    state: text("state", { enum: PK_SIDE_STATES }).notNull(),
    /** Takes part in this one, and therefore in no other. */
    isOpen: boolean("is_open").notNull(),
    answeredAt: atMs("answered_at"),
    points: amount("points").notNull().default(0),
    helpers: jsonb("helpers").$type<{ userId: string | null; points: number }[]>().notNull().default([]),
  },
  (t) => [
    primaryKey({ columns: [t.pkId, t.position] }),
    uniqueIndex("pk_sides_anchor").on(t.anchorId, t.pkId),
    /** The database, not only the code, keeps an anchor from two battles at once. */
    uniqueIndex("pk_sides_one_open").on(t.anchorId).where(sql`is_open`),
    index("pk_sides_room").on(t.roomId, t.pkId),
  ],
);

/** What multiplies the points of one side for a time. Those of a side follow each other. */
export const pkBoosters = pgTable(
  "pk_boosters",
  {
    boosterId: uuid("booster_id").primaryKey(),
    pkId: uuid("pk_id")
      .notNull()
      .references(() => pkBattles.pkId),
    roomId: uuid("room_id").notNull(),
    /** Who brought it. */
    userId: uuid("user_id").notNull(),
    factorPercent: integer("factor_percent").notNull(),
    fromAt: atMs("from_at").notNull(),
    toAt: atMs("to_at").notNull(),
  },
  (t) => [
    index("pk_boosters_battle").on(t.pkId),
    check("pk_booster_range", sql`${t.toAt} > ${t.fromAt} AND ${t.factorPercent} BETWEEN 101 AND 1000`),
  ],
);
