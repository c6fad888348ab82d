import { searchTags } from "@/db/live/queries/tags";
import type { Tag, TagSearchInput } from "@/domain/contracts/tag";
import { tagSlugOf } from "@/domain/rules/tags";
import type { Ctx } from "../context";

const FOUND_MAX = 10;

/** Tags for whoever begins to write one; those that are aliases lead to what they became. */
export async function findTags(ctx: Ctx, { text }: TagSearchInput): Promise<{ items: Tag[] }> {
  const rows = await searchTags(ctx.live, tagSlugOf(text), FOUND_MAX);
  return { items: rows.map(({ slug, label }) => ({ slug, label })) };
}
