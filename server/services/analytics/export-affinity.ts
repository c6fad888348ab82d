import { listTrials } from "@/db/finance/queries/affinity-trial";
import type { SignedInCtx } from "../context";

const TRIALS_MAX = 500;

/** How affinity did against popularity, a line for each run and number of first cards; the latest run first. */
export function exportAffinity(ctx: SignedInCtx) {
  return {
    head: [
      "run_id",
      "at",
      "people",
      "rooms",
      "first_cards",
      "found_by_affinity",
      "found_by_popularity",
      "mean_1_by_place_affinity",
      "mean_1_by_place_popularity",
      "lobby_uses",
    ],
    pages: readPages(ctx),
  };
}

async function* readPages({ finance }: SignedInCtx) {
  const trials = await listTrials(finance, TRIALS_MAX);
  yield trials.flatMap(({ id, ended_at, affinity }) =>
    affinity.cards.map((first) => [
      id,
      ended_at?.toISOString() ?? null,
      affinity.people,
      affinity.rooms,
      first.cards,
      first.affinity,
      first.popularity,
      affinity.affinityPlace,
      affinity.popularityPlace,
      affinity.isUsed ? "affinity" : "popularity",
    ]),
  );
}
