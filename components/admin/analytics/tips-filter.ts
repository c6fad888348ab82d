import type { TipsInput, TipsKey } from "@/domain/contracts/analytics";
import { GENDERS, type Gender } from "@/domain/rules/person-facts";

export const STEPS = ["hour", "day", "week"] as const;
export const SPLITS = ["none", "viewerGender", "anchorGender", "anchor"] as const;
export const MEASURES = ["coins", "gifts", "viewers"] as const;
export const LOOKS = ["stacked", "compared"] as const;
export type Step = (typeof STEPS)[number];
export type Split = (typeof SPLITS)[number];
export type Measure = (typeof MEASURES)[number];
export type Look = (typeof LOOKS)[number];

/** Here without its contract, which would come with the page. */
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS_DEFAULT = 7;

/** What stands in the address; times are instants. What is not there, or cannot be read, is as it is by default. */
export interface TipsFilter {
  from: string;
  to: string;
  step: Step;
  split: Split;
  measure: Measure;
  look: Look;
  anchor: string;
  anchorGender: Gender | "";
  viewerGender: Gender | "";
}

const NAMES = [
  "from",
  "to",
  "step",
  "split",
  "measure",
  "look",
  "anchor",
  "anchorGender",
  "viewerGender",
] as const;

export function readFilter(params: { get(name: string): string | null }): TipsFilter {
  const one = <T extends string>(name: string, known: readonly T[], otherwise: T): T =>
    known.find((value) => value === params.get(name)) ?? otherwise;
  const time = (name: string) => {
    const text = params.get(name) ?? "";
    return Number.isNaN(Date.parse(text)) ? "" : new Date(text).toISOString();
  };
  const anchor = (params.get("anchor") ?? "").trim().toLowerCase();
  return {
    from: time("from"),
    to: time("to"),
    step: one("step", STEPS, "day"),
    split: one("split", SPLITS, "viewerGender"),
    measure: one("measure", MEASURES, "coins"),
    look: one("look", LOOKS, "stacked"),
    anchor: UUID.test(anchor) ? anchor : "",
    anchorGender: one("anchorGender", [...GENDERS, ""], ""),
    viewerGender: one("viewerGender", [...GENDERS, ""], ""),
  };
}

const DEFAULTS = readFilter(new URLSearchParams());

/** Only what differs from the default, so that addresses stay short. */
export function writeFilter(filter: TipsFilter): string {
  const entries = NAMES.flatMap((name) =>
    filter[name] === DEFAULTS[name] ? [] : [[name, filter[name]] as [string, string]],
  );
  return new URLSearchParams(entries).toString();
}

/** What the server is asked; without times the last week until the hour of `nowMs` is over. */
export function toTipsInput(filter: TipsFilter, groupBy: readonly TipsKey[], nowMs: number): TipsInput {
  const endMs = Math.ceil(nowMs / HOUR_MS) * HOUR_MS;
  const to = filter.to || new Date(endMs).toISOString();
  return {
    from: filter.from || new Date(Date.parse(to) - DAYS_DEFAULT * DAY_MS).toISOString(),
    to,
    groupBy: [...groupBy],
    ...(filter.anchor && { anchorIds: [filter.anchor] }),
    ...(filter.anchorGender && { anchorGender: filter.anchorGender }),
    ...(filter.viewerGender && { viewerGender: filter.viewerGender }),
  };
}

export const groupsOf = ({ step, split }: TipsFilter): TipsKey[] =>
  split === "none" ? [step] : [step, split];

/** The same as a table to download. */
export function toCsvAddress(input: TipsInput): string {
  const query = new URLSearchParams({ from: input.from, to: input.to, groupBy: input.groupBy.join(",") });
  if (input.anchorIds) query.set("anchorIds", input.anchorIds.join(","));
  if (input.anchorGender) query.set("anchorGender", input.anchorGender);
  if (input.viewerGender) query.set("viewerGender", input.viewerGender);
  return `/api/export/analytics.csv?${query}`;
}
