import { sql } from "drizzle-orm";
import {
  bigint,
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
import { amount, at, atMs } from "../../columns";
import { rooms } from "./rooms";
import { users } from "./users";

/**
 * Red-packet rains. `status` moves only by guarded updates; the contract (domain/contracts/rain.ts) says which way.
 * What was claimed is counted here in the transaction that credits it, and checked against the budget by the database.
 */
export const rains = pgTable(
  "rains",
  {
    rainId: uuid("rain_id").primaryKey(),
    /** What a claim must know; told to nobody before the start. */
    code: text("code").notNull().unique(),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id),
    anchorId: uuid("anchor_id")
      .notNull()
      .references(() => users.id),
    /** The room's session in which it fell. */
    sessionId: uuid("session_id"),
    status: text("status", {
      enum: ["created", "preparing", "ready", "started", "ending", "ended"],
    }).notNull(),
    endReason: text("end_reason", {
      enum: [
        "all_grabbed",
        "time_up",
        "finished",
        "cancelled",
        "room_closed",
        "room_banned",
        "missed",
        "expired",
      ],
    }),
    fundedBy: text("funded_by", { enum: ["anchor", "promotion"] }).notNull(),
    /** The grant that paid, once it is in escrow. */
    grantId: uuid("grant_id"),
    budgetCoins: amount("budget_coins").notNull(),
    packetCount: integer("packet_count").notNull(),
    durationSeconds: integer("duration_seconds").notNull(),
    claimsPerViewer: integer("claims_per_viewer").notNull(),
    /** What the anchor says with it. */
    remark: text("remark"),
    /** 32 bytes in hex, secret until the end; the commitment is its SHA-256. */
    serverSeed: text("server_seed").notNull(),
    commitment: text("commitment").notNull(),
    /** Number of the room event that published the commitment. */
    committedSeq: bigint("committed_seq", { mode: "number" }),
    /** What the seed is mixed with, fixed when the budget went into escrow. */
    entropy: text("entropy").array(),
    packetsDigest: text("packets_digest"),
    /** Over how many shards the packets lie in Redis. */
    shardCount: smallint("shard_count").notNull(),
    loadedPackets: integer("loaded_packets").notNull().default(0),
    /** A start that was planned. */
    startsAt: atMs("starts_at"),
    preparedAt: atMs("prepared_at"),
    readyAt: atMs("ready_at"),
    startedAt: atMs("started_at"),
    endsAt: atMs("ends_at"),
    endingAt: atMs("ending_at"),
    endedAt: atMs("ended_at"),
    claimedCount: integer("claimed_count").notNull().default(0),
    claimedCoins: amount("claimed_coins").notNull().default(0),
    refundedCoins: amount("refunded_coins").notNull().default(0),
    /** Packets that were popped and that nobody could be credited: they went back with the rest. */
    missingPackets: integer("missing_packets").notNull().default(0),
    luckiestUserId: uuid("luckiest_user_id"),
    luckiestCoins: amount("luckiest_coins"),
    luckiestIndex: integer("luckiest_index"),
    /** When the luckiest won it: of equal packets the first counts. */
    luckiestAt: atMs("luckiest_at"),
    /** The latest status that everybody concerned was told of: a process that dies before telling leaves it behind. */
    announcedStatus: text("announced_status").notNull().default("created"),
    /** Whoever works on it now has it until then; since then nobody has it. */
    workUntil: at("work_until"),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull(),
  },
  (t) => [
    index("rains_room").on(t.roomId, t.createdAt),
    index("rains_anchor").on(t.anchorId, t.createdAt),
    index("rains_created").on(t.createdAt),
    index("rains_trace").on(t.traceId),
    /** The database, not only the code, keeps two rains from falling in a room at once. */
    uniqueIndex("rains_one_falling").on(t.roomId).where(sql`status = 'started'`),
    index("rains_to_work_on")
      .on(t.createdAt)
      .where(sql`status IN ('preparing', 'ready', 'started', 'ending') OR announced_status <> status`),
    check("rain_size", sql`${t.packetCount} BETWEEN 1 AND 100000 AND ${t.budgetCoins} >= ${t.packetCount}`),
    check(
      "rain_within_budget",
      sql`${t.claimedCount} <= ${t.packetCount} AND ${t.claimedCoins} + ${t.refundedCoins} <= ${t.budgetCoins}`,
    ),
    check(
      "rain_ends_even",
      sql`${t.status} <> 'ended' OR ${t.preparedAt} IS NULL OR ${t.claimedCoins} + ${t.refundedCoins} = ${t.budgetCoins}`,
    ),
  ],
);

/** Every packet that was credited. The linked trade is of type `packet`, unique on the packet's id. */
export const rainClaims = pgTable(
  "rain_claims",
  {
    rainId: uuid("rain_id")
      .notNull()
      .references(() => rains.rainId),
    packetIndex: integer("packet_index").notNull(),
    userId: uuid("user_id").notNull(),
    /** Made by the client, scoped by viewer. */
    claimId: uuid("claim_id").notNull(),
    coins: amount("coins").notNull(),
    traceId: text("trace_id").notNull(),
    /** When the packet was popped. */
    claimedAt: atMs("claimed_at").notNull(),
    createdAt: atMs("created_at").notNull(),
  },
  (t) => [
    /** A packet is credited once, whoever says what how often. */
    primaryKey({ name: "rain_claims_once", columns: [t.rainId, t.packetIndex] }),
    index("rain_claims_user").on(t.userId, t.rainId),
    index("rain_claims_coins").on(t.rainId, t.coins),
    index("rain_claims_trace").using("brin", t.traceId.op("text_bloom_ops")).with({ autosummarize: true }),
    check("packet_positive", sql`${t.coins} > 0`),
  ],
);

/**
 * Packets that were shown as won and could not be kept, because Redis went back: another claim has the packet, or the rain is
 * over. What the platform paid instead stands in the ledger under `claimCompensationId`; 0 where the policy did not allow it.
 */
export const rainLostPackets = pgTable(
  "rain_lost_packets",
  {
    rainId: uuid("rain_id")
      .notNull()
      .references(() => rains.rainId),
    userId: uuid("user_id").notNull(),
    claimId: uuid("claim_id").notNull(),
    packetIndex: integer("packet_index").notNull(),
    /** What was shown. */
    coins: amount("coins").notNull(),
    reason: text("reason", { enum: ["PACKET_TAKEN", "RAIN_OVER"] }).notNull(),
    paidCoins: amount("paid_coins").notNull(),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "rain_lost_packets_once", columns: [t.rainId, t.userId, t.claimId] }),
    index("rain_lost_packets_created").on(t.createdAt),
    check("lost_packet_paid", sql`${t.coins} > 0 AND ${t.paidCoins} IN (0, ${t.coins})`),
  ],
);

/** Coins of the platform that an operator lets an anchor rain. */
export const rainGrants = pgTable(
  "rain_grants",
  {
    grantId: uuid("grant_id").primaryKey(),
    anchorId: uuid("anchor_id")
      .notNull()
      .references(() => users.id),
    coins: amount("coins").notNull(),
    usedCoins: amount("used_coins").notNull().default(0),
    expiresAt: atMs("expires_at"),
    revokedAt: atMs("revoked_at"),
    reason: text("reason").notNull(),
    createdBy: uuid("created_by").notNull(),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull(),
  },
  (t) => [
    index("rain_grants_anchor").on(t.anchorId, t.createdAt),
    check("rain_grant_range", sql`${t.coins} > 0 AND ${t.usedCoins} BETWEEN 0 AND ${t.coins}`),
  ],
);
