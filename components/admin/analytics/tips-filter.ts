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
/** Ranges that end now. The last of them move with the clock, so that an address with one of them is a saved view. */
export const RANGES = ["1", "7", "30", "90"] as const;
export type Range = (typeof RANGES)[number];

/** What stands in the address; times are instants. What is not there, or cannot be read, is as it is by default. */
export interface TipsFilter {
  from: string;
  to: string;
  /** Days until now, where no times are given. */
  days: Range;
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
  "days",
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
    days: one("days", RANGES, "7"),
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
  return new URLSearchParams(
    Object.entries(toAddress(filter)).filter(([, value]) => value !== ""),
  ).toString();
}

/** As it stands in the address: empty where it is the default. */
export function toAddress(filter: TipsFilter): Record<string, string> {
  return Object.fromEntries(NAMES.map((name) => [name, filter[name] === DEFAULTS[name] ? "" : filter[name]]));
}

/** When the hour of a time is over. */
export const hourEndOf = (atMs: number): number => Math.ceil(atMs / HOUR_MS) * HOUR_MS;

/** What the server is asked; without times the last days until `hourEndMs`. */
export function toTipsInput(filter: TipsFilter, groupBy: readonly TipsKey[], hourEndMs: number): TipsInput {
  const to = filter.to || new Date(hourEndMs).toISOString();
  return {
    from: filter.from || new Date(Date.parse(to) - Number(filter.days) * DAY_MS).toISOString(),
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
