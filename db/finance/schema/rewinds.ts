import { sql } from "drizzle-orm";
import { bigint, check, customType, integer, pgTable, smallint, text, uuid } from "drizzle-orm/pg-core";
import { at, atMs } from "../../columns";

const walPosition = customType<{ data: string }>({ dataType: () => "pg_lsn" });

/** The live database that the cursors here belong to, as it was last seen; see `DatabaseIdentity`. No row: none yet. */
export const knownLive = pgTable(
  "known_live",
  {
    id: smallint("id").primaryKey(),
    incarnation: uuid("incarnation").notNull(),
    place: text("place").notNull(),
    position: walPosition("position").notNull(),
    /** The last mark left in it, as `DatabaseMark`; none before there were marks. */
    markId: bigint("mark_id", { mode: "number" }),
    markWord: uuid("mark_word"),
    seenAt: at("seen_at").notNull().defaultNow(),
  },
  (t) => [check("known_live_one_row", sql`${t.id} = 1`)],
);

/** Each time that settlement went back, because a restore undid gifts or refunds that were settled. Never changed. */
export const settlementRewinds = pgTable("settlement_rewinds", {
  id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
  /** The live database as it was then. */
  liveIncarnation: uuid("live_incarnation").notNull(),
  /** What was taken back; much of it is settled anew at once. */
  batches: integer("batches").notNull(),
  gifts: bigint("gifts", { mode: "number" }).notNull(),
  grossFen: bigint("gross_fen", { mode: "number" }).notNull(),
  anchorFen: bigint("anchor_fen", { mode: "number" }).notNull(),
  refunds: integer("refunds").notNull(),
  traceId: text("trace_id").notNull(),
  createdAt: atMs("created_at").notNull().defaultNow(),
});

/** Batches that a rewind took back, each by a batch whose lines are its own below zero. Never changed. */
export const settlementUndoneBatches = pgTable("settlement_undone_batches", {
  batchId: bigint("batch_id", { mode: "number" }).primaryKey(),
  byBatchId: bigint("by_batch_id", { mode: "number" }).notNull().unique(),
  rewindId: integer("rewind_id").notNull(),
});
