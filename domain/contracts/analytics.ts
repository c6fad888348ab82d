import { z } from "zod";
import { IsoTime, OperatorReason, Uuid } from "./ids";
import { Gender } from "./person-facts";
import { optionalLine, PageCursor } from "./texts";

/** Longer ranges than this are asked for in parts. */
export const TIPS_DAYS_MAX = 400;
/** More rows than this are no chart and no table. */
export const TIPS_ROWS_MAX = 20_000;
const ANCHORS_MAX = 50;

export const TIPS_KEYS = ["hour", "day", "week", "anchor", "anchorGender", "viewerGender"] as const;
export type TipsKey = (typeof TIPS_KEYS)[number];

/**
 * Gifts by any combination of time, anchor and genders, refunds taken off. The range is widened to whole hours; days and
 * weeks, named by their Monday, are those of the platform's calendar.
 */
export const TipsInput = z.object({
  from: IsoTime,
  to: IsoTime,
  groupBy: z
    .array(z.enum(TIPS_KEYS))
    .max(TIPS_KEYS.length)
    .transform((keys) => [...new Set(keys)]),
  anchorIds: z.array(Uuid).max(ANCHORS_MAX).optional(),
  anchorGender: Gender.optional(),
  viewerGender: Gender.optional(),
});
export type TipsInput = z.infer<typeof TipsInput>;

export interface TipsRow {
  hour?: string;
  day?: string;
  week?: string;
  anchor?: string;
  anchorName?: string | null;
  anchorGender?: Gender;
  viewerGender?: Gender;
  gifts: number;
  coins: number;
  grossFen: number;
  /** Different people who gave. */
  viewers: number;
}

export interface Tips {
  rows: TipsRow[];
  /** Over all rows; people are counted once. */
  total: { gifts: number; coins: number; grossFen: number; viewers: number };
  /** The whole hours that were looked at. */
  from: string;
  to: string;
  /** Everything that was paid until then is in it. */
  upTo: string;
  /** False while more waits to be counted than can be added while somebody waits. */
  isCurrent: boolean;
  /** Anchors that were asked for and that there are not. */
  unknownAnchorIds: string[];
}

export const PROFILE_WINDOWS = ["all", "30d"] as const;
export type ProfileWindow = (typeof PROFILE_WINDOWS)[number];
export const PROFILE_WINDOW_DAYS = 30;

export const TIERS = ["high", "mid", "low"] as const;
export type Tier = (typeof TIERS)[number];

/** How many payed in a window, and from how many coins on the upper tiers begin; null where nobody paid. */
export interface WindowCutoffs {
  viewers: number;
  highCoins: number | null;
  midCoins: number | null;
  /** What each tier comes to, the highest first; runs from before 0.3.0 have none. */
  tiers?: TierSum[];
}

export interface TierSum {
  tier: Tier;
  viewers: number;
  coins: number;
  cutoffCoins: number;
}

export const ProfilesInput = z
  .object({
    window: z.enum(PROFILE_WINDOWS).optional(),
    tier: z.enum(TIERS).optional(),
    cursor: PageCursor.optional(),
    limit: z.number().int().min(1).max(100).optional(),
  })
  .optional();
export type ProfilesInput = z.infer<typeof ProfilesInput>;

export interface ViewerRank {
  userId: string;
  nickname: string | null;
  gifts: number;
  coins: number;
  /** Part of the payers who gave less, from 0 to 1. */
  percentile: number;
  tier: Tier;
  computedAt: string;
}

export interface Profiles {
  window: ProfileWindow;
  tiers: TierSum[];
  policy: TierPolicy;
  items: ViewerRank[];
  nextCursor: string | null;
}

export const ViewerProfileInput = z.object({ userId: Uuid });
export type ViewerProfileInput = z.infer<typeof ViewerProfileInput>;

export interface ViewerProfile {
  userId: string;
  windows: Record<ProfileWindow, (Omit<ViewerRank, "userId" | "nickname" | "tier"> & { tier: Tier }) | null>;
  tier: Tier | "none";
  changes: { window: ProfileWindow; fromTier: string; toTier: string; coins: number; at: string }[];
}

/** Who is in the upper part of all payers: the first so many percent are high, the next up to `midTopPercent` mid. */
export const TierPolicy = z
  .object({
    highTopPercent: z.number().min(0.1).max(99),
    midTopPercent: z.number().min(0.2).max(100),
  })
  .refine(({ highTopPercent, midTopPercent }) => highTopPercent < midTopPercent, {
    path: ["midTopPercent"],
    message: "must be more than highTopPercent",
  });
export type TierPolicy = z.infer<typeof TierPolicy>;

export const SchedulePolicy = z.object({ everyMinutes: z.number().int().min(1).max(10_080) });
export type SchedulePolicy = z.infer<typeof SchedulePolicy>;

export const SetTierPolicyInput = TierPolicy.safeExtend({ reason: OperatorReason });
export type SetTierPolicyInput = z.infer<typeof SetTierPolicyInput>;
export const SetScheduleInput = SchedulePolicy.extend({ reason: OperatorReason });
export type SetScheduleInput = z.infer<typeof SetScheduleInput>;

export const RunAnalyticsInput = z.object({ reason: OperatorReason.optional() }).optional();
export type RunAnalyticsInput = z.infer<typeof RunAnalyticsInput>;

export const AnalyticsRunsInput = z
  .object({ cursor: PageCursor.optional(), limit: z.number().int().min(1).max(100).optional() })
  .optional();
export type AnalyticsRunsInput = z.infer<typeof AnalyticsRunsInput>;

export interface AnalyticsRun {
  runId: string;
  status: "requested" | "running" | "done" | "differs";
  requestedBy: string | null;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
  node: string | null;
  takeovers: number;
  /** Gifts and refunds counted, of so many that waited. */
  rows: number;
  waiting: number;
  rowsPerSecond: number | null;
  cursorsBefore: Record<string, number> | null;
  cursorsAfter: Record<string, number> | null;
  /** What was counted against what the ledger says. */
  checksum: { gifts: string; coins: string; ledgerGifts: string; ledgerCoins: string } | null;
  checksumOk: boolean | null;
  cutoffs: Record<ProfileWindow, WindowCutoffs> | null;
  error: string | null;
}

export interface AnalyticsRuns {
  items: AnalyticsRun[];
  nextCursor: string | null;
  schedule: SchedulePolicy;
  /** When the clock's next run is due; null while one is open. */
  nextAt: string | null;
}

/** How the order by affinity did against popularity on what people watched last, which neither was told. */
export interface AffinityFigures {
  people: number;
  /** Rooms that there were to choose from, on average. */
  rooms: number;
  /** By how many first cards: people who found what they watched among them. */
  cards: { cards: number; affinity: number; popularity: number }[];
  /** Means of 1 / place, from 0 to 1: the order whose is higher is better. */
  affinityPlace: number;
  popularityPlace: number;
  /** Whether the lobby goes by affinity from then on. */
  isUsed: boolean;
}

export const AffinityInput = z
  .object({
    /** A tag in any spelling: it and its neighbours. Otherwise the tags that most people watch. */
    tag: optionalLine(30).optional(),
    limit: z.number().int().min(1).max(50).optional(),
  })
  .optional();
export type AffinityInput = z.infer<typeof AffinityInput>;

export interface AffinityTag {
  tagId: string;
  label: string;
  /** People one of whose first tags it is. */
  people: number;
}

export interface Affinity {
  /** The one that was asked for first, then who has most people. */
  tags: AffinityTag[];
  /** Between these tags, both ways: people in common, at least 20, and how much more often than by chance. */
  pairs: { tagId: string; otherTagId: string; people: number; lift: number }[];
  /** What each run found, the latest first. */
  trials: (AffinityFigures & { runId: string; at: string })[];
}
