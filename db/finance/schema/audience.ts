import { date, jsonb, pgTable, primaryKey, uuid } from "drizzle-orm/pg-core";
import { at } from "../../columns";

/** What an anchor was shown of a week that is over: made once, so that no two answers differ by a few people. */
export const audienceWeeks = pgTable(
  "audience_weeks",
  {
    anchorId: uuid("anchor_id").notNull(),
    /** Its Monday, of the platform's calendar. */
    week: date("week").notNull(),
    /** `AudienceFigures`. */
    figures: jsonb("figures").notNull(),
    madeAt: at("made_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ name: "audience_weeks_key", columns: [t.anchorId, t.week] })],
);
