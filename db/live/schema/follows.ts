import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, uuid } from "drizzle-orm/pg-core";
import { at } from "../../columns";
import { users } from "./users";

/** Who follows which anchor. */
export const follows = pgTable(
  "follows",
  {
    viewerId: uuid("viewer_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    anchorId: uuid("anchor_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    followedAt: at("followed_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.viewerId, t.anchorId] }),
    index("follows_of_anchor").on(t.anchorId, t.followedAt),
    check("follows_nobody_oneself", sql`${t.viewerId} <> ${t.anchorId}`),
  ],
);

/** How many follow an anchor, counted in the statement that follows: a room page must not count hundreds of thousands. */
export const anchorFollowers = pgTable(
  "anchor_followers",
  {
    anchorId: uuid("anchor_id")
      .primaryKey()
      .references(() => users.id, { onDelete: "cascade" }),
    followers: integer("followers").notNull(),
  },
  (t) => [check("anchor_followers_not_negative", sql`${t.followers} >= 0`)],
);
