import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  index,
  integer,
  pgSequence,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { amount, at } from "../../columns";

/** How far each bucket is settled. Moved in the same transaction as what it settled: that is what makes it exactly once. */
export const settlementCursors = pgTable("settlement_cursors", {
  bucket: smallint("bucket").primaryKey(),
  lastSeq: bigint("last_seq", { mode: "number" }).notNull().default(0),
  /** The gift that has this number, as `markOfGift` names it: under the same number a restored database may hold another. */
  lastGift: text("last_gift"),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

/** Revenue shares with the time from which they hold; a null anchor is the platform's default. Rows are never changed. */
export const revenueShares = pgTable(
  "revenue_shares",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    anchorId: uuid("anchor_id"),
    shareBps: integer("share_bps").notNull(),
    effectiveAt: at("effective_at").notNull(),
    createdBy: uuid("created_by"),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("revenue_shares_once").on(
      sql`coalesce(${t.anchorId}, '00000000-0000-0000-0000-000000000000')`,
      t.effectiveAt,
    ),
    check("share_range", sql`${t.shareBps} BETWEEN 0 AND 10000`),
  ],
);

/** Numbers batches: what one settlement transaction settled. */
export const settlementBatches = pgSequence("settlement_batches");

/**
 * The gifts of each batch: `bucket/from_seq..to_seq`, one range a bucket. No number is ever in two of them, unless what it
 * stood for was undone by a restore: then it is settled again, after that rewind.
 */
export const settlementRanges = pgTable(
  "settlement_ranges",
  {
    batchId: bigint("batch_id", { mode: "number" }).notNull(),
    bucket: smallint("bucket").notNull(),
    fromSeq: bigint("from_seq", { mode: "number" }).notNull(),
    toSeq: bigint("to_seq", { mode: "number" }).notNull(),
    /** The gift that has the last number; null of those from before it was kept. */
    lastGift: text("last_gift"),
    /** The last rewind before it was settled; 0 when there had been none. */
    rewindId: integer("rewind_id").notNull().default(0),
  },
  (t) => [
    primaryKey({ name: "settlement_ranges_batch", columns: [t.batchId, t.bucket] }),
    uniqueIndex("settlement_ranges_once").on(t.bucket, t.fromSeq, t.rewindId),
    check("range_order", sql`${t.fromSeq} BETWEEN 1 AND ${t.toSeq}`),
  ],
);

/** What one batch gave one anchor at one share, from all of its ranges together. */
export const settlementLines = pgTable(
  "settlement_lines",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    batchId: bigint("batch_id", { mode: "number" }).notNull(),
    anchorId: uuid("anchor_id").notNull(),
    shareBps: integer("share_bps").notNull(),
    gifts: integer("gifts").notNull(),
    coins: bigint("coins", { mode: "number" }).notNull(),
    grossFen: amount("gross_fen").notNull(),
    anchorFen: amount("anchor_fen").notNull(),
    platformFen: amount("platform_fen").notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("settlement_lines_once").on(t.batchId, t.anchorId, t.shareBps),
    index("settlement_lines_anchor").on(t.anchorId, t.id),
    // What of an anchor's earnings is young is summed up from here alone.
    index("settlement_lines_young").on(t.anchorId, t.createdAt, t.anchorFen),
    check("line_adds_up", sql`${t.anchorFen} + ${t.platformFen} = ${t.grossFen}`),
  ],
);

/**
 * What each anchor has earned, refunds taken off; withdrawable = earned − frozen − withdrawn, which refunds can make
 * negative: then it is made up by later gifts.
 */
export const anchorEarnings = pgTable(
  "anchor_earnings",
  {
    anchorId: uuid("anchor_id").primaryKey(),
    earnedFen: amount("earned_fen").notNull().default(0),
    /** What refunds have taken back; `earned_fen` is without it. */
    reversedFen: amount("reversed_fen").notNull().default(0),
    frozenFen: amount("frozen_fen").notNull().default(0),
    withdrawnFen: amount("withdrawn_fen").notNull().default(0),
    gifts: bigint("gifts", { mode: "number" }).notNull().default(0),
    coins: bigint("coins", { mode: "number" }).notNull().default(0),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (t) => [check("earnings_parts", sql`${t.frozenFen} >= 0 AND ${t.withdrawnFen} >= 0`)],
);
