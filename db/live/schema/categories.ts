import { sql } from "drizzle-orm";
import { boolean, check, integer, pgTable, text } from "drizzle-orm/pg-core";
import { at } from "../../columns";

/** What rooms can be about: one list that operators keep and anchors choose from. A row that is retired stays with its rooms. */
export const roomCategories = pgTable(
  "room_categories",
  {
    id: text("id").primaryKey(),
    nameEn: text("name_en").notNull(),
    nameZh: text("name_zh").notNull(),
    sortOrder: integer("sort_order").notNull().default(100),
    /** False is retired: nobody can choose it any more. */
    enabled: boolean("enabled").notNull().default(true),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (t) => [check("room_category_id", sql`${t.id} ~ '^[a-z][a-z0-9-]{0,31}$'`)],
);
