import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { atMs } from "../../columns";

/**
 * What Redis has been to this database, one row for each time that it may have lost something: it was started anew, another
 * server took over, or it was found behind. Kept here, because Redis cannot be trusted to remember that it forgot.
 */
export const redisEras = pgTable("redis_eras", {
  /** From 0; whatever is numbered or remembered in Redis across eras is told apart by it. */
  era: integer("era").primaryKey(),
  /** The server's run and the stream of its replication, as `readRun` names them. */
  run: text("run").notNull(),
  reason: text("reason", { enum: ["first", "run", "behind"] }).notNull(),
  openedAt: atMs("opened_at").notNull().defaultNow(),
  /** Since then rains may be grabbed from: their shards agree with the claims. */
  settledAt: atMs("settled_at"),
  /** Since then nothing that Redis keeps of before is left to be read anew. */
  mendedAt: atMs("mended_at"),
  /** Whoever mends it has it until then. */
  workUntil: atMs("work_until"),
});
