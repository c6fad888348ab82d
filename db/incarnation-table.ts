import { sql } from "drizzle-orm";
import { bigint, check, pgTable, smallint, uuid } from "drizzle-orm/pg-core";
import { atMs } from "./columns";

/** Which database this is. Renewed by a restore: whoever remembers another one remembers a past that did not happen. */
export const databaseIncarnation = pgTable(
  "database_incarnation",
  {
    id: smallint("id").primaryKey(),
    incarnation: uuid("incarnation").notNull().defaultRandom(),
    renewedAt: atMs("renewed_at").notNull().defaultNow(),
  },
  (t) => [check("database_incarnation_one_row", sql`${t.id} = 1`)],
);

/**
 * Marks that processes leave every few seconds, each a number and a word of its own. Finance and Redis remember the last one:
 * a database that does not have it any more was put back to before it, whatever else looks as it was.
 */
export const databaseMarks = pgTable("database_marks", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  word: uuid("word").notNull().defaultRandom(),
  leftAt: atMs("left_at").notNull().defaultNow(),
});
