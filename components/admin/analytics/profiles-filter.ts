import type { ProfileWindow, Tier } from "@/domain/contracts/analytics";

export const WINDOWS: readonly ProfileWindow[] = ["all", "30d"];
export const TIERS: readonly Tier[] = ["high", "mid", "low"];
/** Lists come with so many. */
export const PROFILES_SHOWN = 20;
export const RUNS_SHOWN = 10;

/** Whose profiles the address asks for; what is not there, or cannot be read, is everybody's of all time. */
export function readProfilesFilter(params: { get(name: string): string | null }): {
  window: ProfileWindow;
  tier: Tier | undefined;
} {
  return {
    window: WINDOWS.find((value) => value === params.get("window")) ?? "all",
    tier: TIERS.find((value) => value === params.get("tier")),
  };
}
