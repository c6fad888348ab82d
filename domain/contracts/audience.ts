import { z } from "zod";
import type { GiverSplit, ShownGroups, WatcherSplit } from "../rules/audience";

/** A Monday; without one the latest week that is over. */
export const AudienceInput = z
  .object({
    week: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/, "must be a Monday as 2026-11-23")
      .optional(),
  })
  .optional();
export type AudienceInput = z.infer<typeof AudienceInput>;

/** Those who gave, or watched, in a week. */
export interface AudiencePart<Split extends string> {
  /** At least so many, in fives; 0 where there were fewer than five. */
  people: number;
  /** Coins that were given, or milliseconds that were watched; null where fewer than five did. */
  amount: number | null;
  splits: Record<Split, ShownGroups>;
}

/**
 * An anchor's audience in a week that is over, as it was when it was first asked for: whatever is refunded or said
 * afterwards changes nothing, so that two answers have no difference either. Groups of fewer than five people are in none.
 */
export interface AudienceFigures {
  week: string;
  madeAt: string;
  givers: AudiencePart<GiverSplit>;
  watchers: AudiencePart<WatcherSplit>;
}

/** Streams that began in a week and are over. */
export interface AudienceTrendPoint {
  week: string;
  streams: number;
  peakViewers: number;
  liveMs: number;
}

export interface Audience {
  /** Mondays that can be asked for, the latest first. */
  weeks: string[];
  week: string;
  /** `counting`: not everything of that week is counted yet. `live`: a stream that began in it still goes on. */
  state: "ready" | "counting" | "live";
  figures: AudienceFigures | null;
  /** Oldest first, of the weeks that can be asked for. */
  trend: AudienceTrendPoint[];
}
