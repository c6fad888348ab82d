import { z } from "zod";
import { changeTag, listTags, mergeTags } from "@/db/live/queries/manage-tags";
import { findTag, type TagRow } from "@/db/live/queries/tags";
import { BizError } from "@/domain/contracts/errors";
import type { Tag, TagItem, TagListInput, TagMergeInput, TagUpdateInput } from "@/domain/contracts/tag";
import { tagSlugOf } from "@/domain/rules/tags";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";

const Cursor = z.object({ slug: z.string().max(200) });

/** Every tag with its aliases and how many have it. Throws INVALID_INPUT on `cursor`. */
export async function listAllTags(
  ctx: SignedInCtx,
  input: TagListInput,
): Promise<{ items: TagItem[]; nextCursor: string | null }> {
  const { limit } = input;
  const rows = await listTags(ctx.live, {
    slugStart: tagSlugOf(input.text ?? ""),
    afterSlug: decodeCursor(Cursor, input.cursor)?.slug,
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { items: page, nextCursor: last && rows.length > limit ? encodeCursor({ slug: last.slug }) : null };
}

/**
 * Gives a tag another label or kind; by its old spelling it is found still. Throws NOT_FOUND; INVALID_INPUT on `label` when
 * nothing of it is left, or another tag is called so.
 */
export async function updateTag(ctx: SignedInCtx, input: TagUpdateInput): Promise<Tag> {
  const { tagId } = await getTag(ctx, input.tag, "tag");
  const { label, kind } = input;
  const slug = label === undefined ? undefined : tagSlugOf(label);
  if (slug === "") throw new BizError("INVALID_INPUT", { field: "label" });
  const changed = await changeTag(ctx.live, {
    tagId,
    label,
    slug,
    kind,
    by: actingOperator(ctx, input.reason),
  });
  if (changed === "unknown") throw new BizError("NOT_FOUND", { field: "tag" });
  if (changed === "taken") throw new BizError("INVALID_INPUT", { field: "label" });
  return { slug: changed.slug, label: changed.label };
}

/**
 * Makes a tag an alias of another: people and rooms that had it have the other. Done twice it is refused, for there are no
 * two any more. Throws NOT_FOUND, INVALID_INPUT on `intoTag`.
 */
export async function mergeTag(ctx: SignedInCtx, input: TagMergeInput): Promise<Tag> {
  const [from, into] = await Promise.all([
    getTag(ctx, input.fromTag, "fromTag"),
    getTag(ctx, input.intoTag, "intoTag"),
  ]);
  if (from.tagId === into.tagId) throw new BizError("INVALID_INPUT", { field: "intoTag" });
  const by = actingOperator(ctx, input.reason);
  const isMerged = await mergeTags(ctx.live, { fromId: from.tagId, intoId: into.tagId, by });
  if (!isMerged) throw new BizError("NOT_FOUND", { field: "fromTag" });
  return { slug: into.slug, label: into.label };
}

async function getTag({ live }: SignedInCtx, spelling: string, field: string): Promise<TagRow> {
  const tag = await findTag(live, tagSlugOf(spelling));
  if (!tag) throw new BizError("NOT_FOUND", { field });
  return tag;
}
