import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  date,
  doublePrecision,
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
import { amount, at } from "../../columns";

/** How far each bucket is counted. Moved in the same transaction as what was counted, by whoever holds the job's fence. */
const cursorsTable = (name: string) =>
  pgTable(name, {
    bucket: smallint("bucket").primaryKey(),
    lastSeq: bigint("last_seq", { mode: "number" }).notNull().default(0),
    /** The gift that has this number, as `markOfGift` names it. */
    lastGift: text("last_gift"),
  });

/** The same of refunds. One row. */
const refundCursorTable = (name: string) =>
  pgTable(
    name,
    {
      id: smallint("id").primaryKey(),
      lastSeq: bigint("last_seq", { mode: "number" }).notNull().default(0),
      lastRefund: text("last_refund"),
    },
    (t) => [check(`${name}_one_row`, sql`${t.id} = 1`)],
  );

/** Numbers of the people who gave: sets of people are sets of numbers. */
export const analyticsPeople = pgTable("analytics_people", {
  number: integer("number").primaryKey().generatedAlwaysAsIdentity(),
  userId: uuid("user_id").notNull().unique("analytics_people_user"),
});

/**
 * Who gave what to an anchor on a day of the platform's calendar, refunds taken off, by genders in force when each gift was
 * sent: every viewer's hours of the day side by side in arrays, by viewer and hour. All other tables are sums of this one.
 */
const giftPairDayTable = (name: string) =>
  pgTable(
    name,
    {
      day: date("day").notNull(),
      anchorId: uuid("anchor_id").notNull(),
      anchorGender: text("anchor_gender").notNull(),
      viewerGender: text("viewer_gender").notNull(),
      gifts: bigint("gifts", { mode: "number" }).notNull(),
      coins: amount("coins").notNull(),
      viewers: integer("viewers").array().notNull(),
      /** Hours of that calendar, 0 to 23. */
      hours: smallint("hours").array().notNull(),
      pairGifts: integer("pair_gifts").array().notNull(),
      pairCoins: bigint("pair_coins", { mode: "number" }).array().notNull(),
    },
    (t) => [
      primaryKey({ name: `${name}_key`, columns: [t.day, t.anchorId, t.anchorGender, t.viewerGender] }),
    ],
  );

/** Gifts of an hour by genders, with the numbers of those who gave: different people do not add up, sets are united. */
const giftHourTable = (name: string) =>
  pgTable(
    name,
    {
      day: date("day").notNull(),
      hour: smallint("hour").notNull(),
      anchorGender: text("anchor_gender").notNull(),
      viewerGender: text("viewer_gender").notNull(),
      gifts: bigint("gifts", { mode: "number" }).notNull(),
      coins: amount("coins").notNull(),
      viewers: integer("viewers").array().notNull(),
    },
    (t) => [primaryKey({ name: `${name}_key`, columns: [t.day, t.hour, t.anchorGender, t.viewerGender] })],
  );

/** The same of a whole day. */
const giftDayTable = (name: string) =>
  pgTable(
    name,
    {
      day: date("day").notNull(),
      anchorGender: text("anchor_gender").notNull(),
      viewerGender: text("viewer_gender").notNull(),
      gifts: bigint("gifts", { mode: "number" }).notNull(),
      coins: amount("coins").notNull(),
      viewers: integer("viewers").array().notNull(),
    },
    (t) => [primaryKey({ name: `${name}_key`, columns: [t.day, t.anchorGender, t.viewerGender] })],
  );

export const analyticsCursors = cursorsTable("analytics_cursors");
export const analyticsRefundCursor = refundCursorTable("analytics_refund_cursor");
export const giftPairDay = giftPairDayTable("gift_pair_day");
export const giftHourViewers = giftHourTable("gift_hour_viewers");
export const giftDayViewers = giftDayTable("gift_day_viewers");

/** The same once more, while all is counted anew beside what is answered from. Empty otherwise. */
export const recountCursors = cursorsTable("recount_cursors");
export const recountRefundCursor = refundCursorTable("recount_refund_cursor");
export const recountGiftPairDay = giftPairDayTable("recount_gift_pair_day");
export const recountGiftHourViewers = giftHourTable("recount_gift_hour_viewers");
export const recountGiftDayViewers = giftDayTable("recount_gift_day_viewers");

/**
 * Who runs the job. The fence grows whenever somebody takes it over; nothing is counted by whoever has an older one. One
 * row.
 */
export const analyticsJob = pgTable(
  "analytics_job",
  {
    id: smallint("id").primaryKey(),
    fence: bigint("fence", { mode: "number" }).notNull().default(0),
    holder: text("holder"),
    leaseUntil: at("lease_until").notNull().default(sql`'epoch'`),
    /** Everything that was paid before is counted. Null before anything was. */
    countedTo: at("counted_to"),
  },
  (t) => [check("analytics_job_one_row", sql`${t.id} = 1`)],
);

export const ANALYTICS_STATUSES = ["requested", "running", "done", "differs"] as const;

/** Runs of the job. `differs`: what was counted is not what the ledger says. */
export const analyticsRuns = pgTable(
  "analytics_runs",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    status: text("status", { enum: ANALYTICS_STATUSES }).notNull(),
    /** Null when it was the clock. */
    requestedBy: uuid("requested_by"),
    createdAt: at("created_at").notNull().defaultNow(),
    startedAt: at("started_at"),
    endedAt: at("ended_at"),
    node: text("node"),
    /** How often another worker went on with it. */
    takeovers: integer("takeovers").notNull().default(0),
    /** Gifts and refunds counted so far, and how many waited when it began. */
    rows: bigint("rows", { mode: "number" }).notNull().default(0),
    waiting: bigint("waiting", { mode: "number" }).notNull().default(0),
    /** By bucket, and `refunds`. */
    cursorsBefore: jsonb("cursors_before"),
    cursorsAfter: jsonb("cursors_after"),
    checksum: jsonb("checksum"),
    checksumOk: boolean("checksum_ok"),
    /** By window: how many people paid, and from how many coins on each tier begins. */
    cutoffs: jsonb("cutoffs"),
    /** How affinity did against popularity on what each viewer watched last, which it was not told. */
    affinity: jsonb("affinity"),
    error: text("error"),
  },
  (t) => [
    uniqueIndex("analytics_runs_one_open").on(sql`(true)`).where(sql`status IN ('requested', 'running')`),
    /** Whether the clock's next run is due is asked every second. */
    index("analytics_runs_by_clock").on(t.createdAt).where(sql`requested_by IS NULL`),
  ],
);

/** What each payer's place among all payers of a window is, as the last run found it. */
export const viewerProfiles = pgTable(
  "viewer_profiles",
  {
    span: text("span", { enum: ["all", "30d"] }).notNull(),
    viewerId: uuid("viewer_id").notNull(),
    gifts: bigint("gifts", { mode: "number" }).notNull(),
    coins: amount("coins").notNull(),
    /** Part of the payers who gave less, from 0 to 1. */
    percentile: doublePrecision("percentile").notNull(),
    tier: text("tier", { enum: ["high", "mid", "low"] }).notNull(),
    runId: bigint("run_id", { mode: "number" }).notNull(),
    computedAt: at("computed_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "viewer_profiles_key", columns: [t.span, t.viewerId] }),
    index("viewer_profiles_rank").on(t.span, t.coins.desc(), t.viewerId),
  ],
);

/** Changes of tier; `none` is who has paid nothing. */
export const viewerTierChanges = pgTable(
  "viewer_tier_changes",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    span: text("span", { enum: ["all", "30d"] }).notNull(),
    viewerId: uuid("viewer_id").notNull(),
    fromTier: text("from_tier").notNull(),
    toTier: text("to_tier").notNull(),
    coins: amount("coins").notNull(),
    runId: bigint("run_id", { mode: "number" }).notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (t) => [index("viewer_tier_changes_viewer").on(t.viewerId, t.id)],
);
