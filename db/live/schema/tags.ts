import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  check,
  index,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { at } from "../../columns";
import { rooms } from "./rooms";
import { users } from "./users";

/** Words that people and rooms are found by. A tag that was merged, or renamed, stays as an alias of the one it became. */
export const tags = pgTable(
  "tags",
  {
    id: uuid("id").primaryKey(),
    /** What it is found by, however it was typed; see `tagSlugOf`. */
    slug: text("slug").notNull().unique(),
    label: text("label").notNull(),
    /** Whatever operators sort tags by; nothing depends on it. */
    kind: text("kind"),
    /** Never a tag that is an alias itself. */
    mergedInto: uuid("merged_into").references((): AnyPgColumn => tags.id),
    createdBy: uuid("created_by"),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (t) => [
    index("tags_start").on(sql`${t.slug} COLLATE "C"`),
    index("tags_aliases").on(t.mergedInto).where(sql`merged_into IS NOT NULL`),
    check("tags_no_alias_of_itself", sql`${t.mergedInto} <> ${t.id}`),
  ],
);

/** In the order in which the anchor wrote them; `rooms.tags` has their labels for lists. */
export const roomTags = pgTable(
  "room_tags",
  {
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    tagId: uuid("tag_id")
      .notNull()
      .references(() => tags.id),
    place: smallint("place").notNull(),
  },
  (t) => [primaryKey({ columns: [t.roomId, t.tagId] }), index("room_tags_tag").on(t.tagId, t.roomId)],
);

/**
 * Which tags a room had from when on, as they were named then. Rows are only added: what was watched and given counts under
 * what the room was about on that day.
 */
export const roomTagFacts = pgTable(
  "room_tag_facts",
  {
    roomId: uuid("room_id").notNull(),
    validFrom: at("valid_from").notNull(),
    tagIds: uuid("tag_ids").array().notNull(),
  },
  (t) => [
    primaryKey({ name: "room_tag_facts_from", columns: [t.roomId, t.validFrom] }),
    index("room_tag_facts_latest").on(t.validFrom),
  ],
);

/** What viewers and anchors like, as they say themselves. */
export const personTags = pgTable(
  "person_tags",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    tagId: uuid("tag_id")
      .notNull()
      .references(() => tags.id),
    place: smallint("place").notNull(),
    addedAt: at("added_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.tagId] }), index("person_tags_tag").on(t.tagId, t.userId)],
);
