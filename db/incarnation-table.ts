import { sql } from "drizzle-orm";
import { check, pgTable, smallint, uuid } from "drizzle-orm/pg-core";
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
