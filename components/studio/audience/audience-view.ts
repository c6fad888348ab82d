import type { Audience, AudienceInput } from "@/domain/contracts/audience";
import {
  AUDIENCE_SIDES,
  type AudienceSide,
  GIVER_SPLITS,
  type GiverSplit,
  type PeopleGroup,
  type ShownGroups,
  WATCHER_SPLITS,
} from "@/domain/rules/audience";

export const MEASURES = ["people", "amount"] as const;
export type Measure = (typeof MEASURES)[number];

/** What stands in the address: a saved view. Without a week it is the latest one. */
export interface AudienceView {
  week: string;
  side: AudienceSide;
  measure: Measure;
}

export function readView(params: { get(name: string): string | null }): AudienceView {
  const one = <T extends string>(name: string, known: readonly T[], otherwise: T): T =>
    known.find((value) => value === params.get(name)) ?? otherwise;
  const week = params.get("week") ?? "";
  return {
    week: /^\d{4}-\d{2}-\d{2}$/.test(week) ? week : "",
    side: one("side", AUDIENCE_SIDES, "givers"),
    measure: one("measure", MEASURES, "people"),
  };
}

/** As it stands in the address: empty where it is the default. */
export function toAddress({ week, side, measure }: AudienceView): Record<string, string> {
  return { week, side: side === "givers" ? "" : side, measure: measure === "people" ? "" : measure };
}

export const toAudienceInput = ({ week }: AudienceView): NonNullable<AudienceInput> =>
  week === "" ? {} : { week };

/** Named by their order and not by their size. */
const ORDERED: ReadonlySet<string> = new Set(["age", "hour", "weekday"]);

export interface SplitRows {
  split: GiverSplit;
  rows: (PeopleGroup & { isRest: boolean })[];
}

/** The breakdowns of a side, each as the rows of its chart and its table: the largest first, or in their own order. */
export function splitsOf(
  figures: NonNullable<Audience["figures"]>,
  { side, measure }: AudienceView,
): SplitRows[] {
  const of = (split: GiverSplit, { groups, rest }: ShownGroups): SplitRows => ({
    split,
    rows: [
      ...(ORDERED.has(split)
        ? groups.toSorted((a, b) => placeOf(a.key) - placeOf(b.key))
        : groups.toSorted((a, b) => b[measure] - a[measure])
      ).map((group) => ({ ...group, isRest: false })),
      ...(rest ? [{ key: "others", ...rest, isRest: true }] : []),
    ],
  });
  return side === "givers"
    ? GIVER_SPLITS.map((split) => of(split, figures.givers.splits[split]))
    : WATCHER_SPLITS.map((split) => of(split, figures.watchers.splits[split]));
}

/** Whoever said nothing, and guests, who are asked nothing, stand last. */
function placeOf(key: string): number {
  const place = key === "under18" ? 0 : Number.parseInt(key, 10);
  return Number.isNaN(place) ? Number.MAX_SAFE_INTEGER : place;
}
