import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { amount, atMs } from "../../columns";

/** The catalogue. */
export const gifts = pgTable(
  "gifts",
  {
    id: text("id").primaryKey(),
    nameEn: text("name_en").notNull(),
    nameZh: text("name_zh").notNull(),
    priceCoins: amount("price_coins").notNull(),
    effect: text("effect").notNull(),
    svgaUrl: text("svga_url"),
    sortOrder: integer("sort_order").notNull().default(100),
    enabled: boolean("enabled").notNull().default(true),
    createdAt: atMs("created_at").notNull().defaultNow(),
    updatedAt: atMs("updated_at").notNull().defaultNow(),
  },
  (t) => [check("gift_price_range", sql`${t.priceCoins} BETWEEN 1 AND 1000000`)],
);

/**
 * One row a bucket. Its row lock is what lets one debit transaction at a time give out sequence numbers in a bucket,
 * so that they have no gap and become visible in order.
 */
export const giftBuckets = pgTable("gift_buckets", {
  bucket: smallint("bucket").primaryKey(),
  lastSeq: bigint("last_seq", { mode: "number" }).notNull().default(0),
});

/** Every gift that was paid for. Ids of orders are scoped by sender: nobody can occupy another viewer's id. */
export const giftRecords = pgTable(
  "gift_records",
  {
    bucket: smallint("bucket").notNull(),
    /** Gapless within the bucket, in order of commit. */
    seq: bigint("seq", { mode: "number" }).notNull(),
    giftOrderId: uuid("gift_order_id").notNull(),
    senderId: uuid("sender_id").notNull(),
    anchorId: uuid("anchor_id").notNull(),
    roomId: uuid("room_id").notNull(),
    sessionId: uuid("session_id").notNull(),
    giftId: text("gift_id").notNull(),
    count: integer("count").notNull(),
    priceCoins: amount("price_coins").notNull(),
    totalCoins: amount("total_coins").notNull(),
    comboId: uuid("combo_id"),
    anonymous: boolean("anonymous").notNull(),
    /** Where it was given: in a room, or later in a battle. */
    source: text("source", { enum: ["room", "pk"] })
      .notNull()
      .default("room"),
    /** What its price is counted in. */
    unit: text("unit", { enum: ["coin"] })
      .notNull()
      .default("coin"),
    traceId: text("trace_id").notNull(),
    /** When the web process accepted it; the revenue share is the one in force then. */
    sentAt: atMs("sent_at").notNull(),
    createdAt: atMs("created_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "gift_records_seq", columns: [t.bucket, t.seq] }),
    uniqueIndex("gift_records_order").on(t.giftOrderId, t.senderId),
    index("gift_records_received").on(t.anchorId, t.createdAt),
    /** Bloom filters of stretches of the table: next to nothing for who writes, and a search reads a small part of it. */
    index("gift_records_trace").using("brin", t.traceId.op("text_bloom_ops")).with({ autosummarize: true }),
    check("gift_total", sql`${t.totalCoins} = ${t.priceCoins} * ${t.count}`),
  ],
);

/** Accepted orders that could not be paid. They cost nothing; they are kept so that each order has an end and a reason. */
export const giftFailures = pgTable(
  "gift_failures",
  {
    senderId: uuid("sender_id").notNull(),
    giftOrderId: uuid("gift_order_id").notNull(),
    anchorId: uuid("anchor_id").notNull(),
    roomId: uuid("room_id").notNull(),
    giftId: text("gift_id").notNull(),
    count: integer("count").notNull(),
    priceCoins: amount("price_coins").notNull(),
    totalCoins: amount("total_coins").notNull(),
    reason: text("reason").notNull(),
    traceId: text("trace_id").notNull(),
    sentAt: atMs("sent_at").notNull(),
    createdAt: atMs("created_at").notNull(),
  },
  (t) => [
    /** Ids first: those of browsers grow with time, so that new rows lie together. */
    primaryKey({ name: "gift_failures_order", columns: [t.giftOrderId, t.senderId] }),
    index("gift_failures_sent").on(t.senderId, t.createdAt),
    /** For operators, who look at everybody's. Paid gifts need none: they are walked by their numbers. */
    index("gift_failures_booked").on(t.createdAt),
    index("gift_failures_trace").using("brin", t.traceId.op("text_bloom_ops")).with({ autosummarize: true }),
  ],
);
