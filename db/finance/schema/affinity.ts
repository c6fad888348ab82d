import { sql } from "drizzle-orm";
import {
  check,
  date,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at } from "../../columns";

/** Which gifts of a day were counted: another mark whenever something came to it or was taken off. */
export const analyticsDays = pgTable("analytics_days", {
  day: date("day").primaryKey(),
  mark: uuid("mark").notNull(),
});

/** Numbers of tags, as of people: a viewer's tags are an array of integers. */
export const analyticsTags = pgTable(
  "analytics_tags",
  {
    number: integer("number").primaryKey().generatedAlwaysAsIdentity(),
    tagId: uuid("tag_id").notNull().unique("analytics_tags_tag"),
    /** The number of the tag that it was merged into, as the last run knew it; else its own. */
    sameAs: integer("same_as"),
  },
  (t) => [index("analytics_tags_same").on(t.sameAs)],
);

/** Days whose watching and giving is in `viewer_affinity`, and what they were when it was added. */
export const affinityDays = pgTable("affinity_days", {
  day: date("day").primaryKey(),
  /** Of the live database's `watch_day_marks`. */
  watchMark: uuid("watch_mark"),
  /** Of `analytics_days`. */
  giftMark: uuid("gift_mark"),
  /** By the live database's clock: a day that was read before it was over is read again. */
  readAt: at("read_at").notNull(),
});

/** What of a day is in `viewer_affinity`: each viewer's score with an anchor, and the tags that the room had. */
export const affinityPairDay = pgTable(
  "affinity_pair_day",
  {
    day: date("day").notNull(),
    anchor: integer("anchor").notNull(),
    tags: integer("tags").array().notNull(),
    viewers: integer("viewers").array().notNull(),
    scores: integer("scores").array().notNull(),
  },
  (t) => [primaryKey({ name: "affinity_pair_day_key", columns: [t.day, t.anchor] })],
);

/**
 * What a viewer watches and gives to: sums of `affinity_pair_day` over its days, by tag and by anchor, in the unit of each
 * day (`affinityUnitOf`): older days weigh less without a row being written again.
 */
export const viewerAffinity = pgTable("viewer_affinity", {
  viewer: integer("viewer").primaryKey(),
  tags: integer("tags").array().notNull(),
  tagWeights: doublePrecision("tag_weights").array().notNull(),
  anchors: integer("anchors").array().notNull(),
  anchorWeights: doublePrecision("anchor_weights").array().notNull(),
});

/** Tags that the same people watch, as the last run found it; `other` is null for the people of the tag itself. */
export const tagAffinity = pgTable(
  "tag_affinity",
  {
    tag: integer("tag").notNull(),
    other: integer("other"),
    people: integer("people").notNull(),
    /** How much more often than by chance they come together, shrunk where few do. */
    lift: doublePrecision("lift"),
  },
  (t) => [
    uniqueIndex("tag_affinity_key").on(t.tag, sql`coalesce(${t.other}, 0)`),
    index("tag_affinity_people").on(t.people.desc(), t.tag).where(sql`other IS NULL`),
    check("tag_affinity_lift", sql`(${t.other} IS NULL) = (${t.lift} IS NULL)`),
  ],
);

/** How many people of a region watched an anchor of late, as the last run found it; fewer than five are nobody. */
export const regionAnchors = pgTable(
  "region_anchors",
  {
    region: text("region").notNull(),
    anchorId: uuid("anchor_id").notNull(),
    people: integer("people").notNull(),
  },
  (t) => [
    primaryKey({ name: "region_anchors_key", columns: [t.region, t.anchorId] }),
    index("region_anchors_people").on(t.region, t.people.desc()),
    check("region_anchors_five", sql`${t.people} >= 5`),
  ],
);
