import { listTrials } from "@/db/finance/queries/affinity-trial";
import { listTagPairs, listTagPeople } from "@/db/finance/queries/tag-affinity";
import { readTagLabels } from "@/db/live/queries/affinity-facts";
import { findTag } from "@/db/live/queries/tags";
import type { Affinity, AffinityInput } from "@/domain/contracts/analytics";
import { BizError } from "@/domain/contracts/errors";
import { tagSlugOf } from "@/domain/rules/tags";
import type { Ctx } from "../context";

const TAGS = 12;
const TRIALS = 20;
/** As many as the most tags that are asked for can have. */
const PAIRS_MAX = 1_500;

type AffinityCtx = Pick<Ctx, "live" | "finance">;

/**
 * Which tags the same people watch, as the last run found it, and how the lobby by affinity did against popularity in each of
 * the last runs. Of a tag, what its people watch besides. Throws NOT_FOUND for a tag that there is not.
 */
export async function getAffinity(ctx: AffinityCtx, input: AffinityInput): Promise<Affinity> {
  const { finance } = ctx;
  const limit = input?.limit ?? TAGS;
  const [people, trials] = await Promise.all([
    input?.tag ? listAround(ctx, input.tag, limit) : listTagPeople(finance, { tagIds: null, limit }),
    listTrials(finance, TRIALS),
  ]);
  const tagIds = people.map(({ tagId }) => tagId);
  const [labels, pairs] = await Promise.all([
    readTagLabels(ctx.live, tagIds),
    listTagPairs(finance, { tagIds, liftMin: 0, limit: PAIRS_MAX }),
  ]);
  const shown = new Set(tagIds);
  return {
    tags: people.map(({ tagId, people: count }) => ({
      tagId,
      label: labels.get(tagId) ?? "",
      people: count,
    })),
    pairs: pairs.filter(({ otherTagId }) => shown.has(otherTagId)),
    trials: trials.map(({ id, ended_at, affinity }) => ({
      runId: id,
      at: (ended_at as Date).toISOString(),
      ...affinity,
    })),
  };
}

/** A tag and what its people watch besides, the nearest first. */
async function listAround({ live, finance }: AffinityCtx, word: string, limit: number) {
  const tag = await findTag(live, tagSlugOf(word));
  if (!tag) throw new BizError("NOT_FOUND", { field: "tag" });
  const near = await listTagPairs(finance, { tagIds: [tag.tagId], liftMin: 0, limit: limit - 1 });
  const order = [tag.tagId, ...near.map(({ otherTagId }) => otherTagId)];
  const people = await listTagPeople(finance, { tagIds: order, limit });
  return people.toSorted((a, b) => order.indexOf(a.tagId) - order.indexOf(b.tagId));
}
