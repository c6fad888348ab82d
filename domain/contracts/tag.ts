import { z } from "zod";
import { TAG_LENGTH_MAX } from "../rules/tags";
import { OperatorReason } from "./ids";
import { optionalLine, PageCursor, readableLine } from "./texts";

/** A tag as people write it. */
export const TagLabel = readableLine(TAG_LENGTH_MAX);
/** A tag by any of its spellings; longer ones stand in old addresses. */
const AnyTag = readableLine(30);

export const TagSearchInput = z.object({ text: optionalLine(30).default("") });
export type TagSearchInput = z.infer<typeof TagSearchInput>;

export const TagListInput = z.object({
  /** How a tag or one of its aliases begins. */
  text: optionalLine(30).optional(),
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(20),
});
export type TagListInput = z.infer<typeof TagListInput>;

export const TagUpdateInput = z.object({
  tag: AnyTag,
  label: TagLabel.optional(),
  /** Null takes it away. */
  kind: readableLine(30).nullable().optional(),
  reason: OperatorReason,
});
export type TagUpdateInput = z.infer<typeof TagUpdateInput>;

export const TagMergeInput = z.object({ fromTag: AnyTag, intoTag: AnyTag, reason: OperatorReason });
export type TagMergeInput = z.infer<typeof TagMergeInput>;

export interface Tag {
  slug: string;
  label: string;
}

/** A tag as operators see it. */
export interface TagItem extends Tag {
  tagId: string;
  kind: string | null;
  /** Other spellings that lead to it. */
  aliases: string[];
  people: number;
  rooms: number;
}
