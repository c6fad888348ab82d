import type { RainCreateInput, RainFunding, RainPolicy } from "@/domain/contracts/rain";

/** What stands in the form; an empty field is an empty text. */
export interface RainPlan {
  budgetCoins: number | string;
  packetCount: number | string;
  durationSeconds: number | string;
  claimsPerViewer: number | string;
  fundedBy: RainFunding;
  /** What viewers read with it; empty: nothing. */
  remark: string;
  /** `YYYY-MM-DDTHH:MM` in the reader's time zone; empty: she starts it by hand. */
  startsAt: string;
}

export const RAIN_PRESETS = [
  { key: "drizzle", budgetCoins: 1_000, packetCount: 50, durationSeconds: 30 },
  { key: "shower", budgetCoins: 10_000, packetCount: 200, durationSeconds: 60 },
  { key: "downpour", budgetCoins: 100_000, packetCount: 1_000, durationSeconds: 120 },
] as const;

export const EMPTY_PLAN: RainPlan = {
  budgetCoins: "",
  packetCount: "",
  durationSeconds: 60,
  claimsPerViewer: 1,
  fundedBy: "anchor",
  remark: "",
  startsAt: "",
};

export type PlanField = Exclude<keyof RainPlan, "fundedBy" | "remark">;
/** What is wrong with a field: its bounds, or that it is needed, or that its time does not do. */
export type PlanProblem = { kind: "needed" } | { kind: "min" | "max"; bound: number } | { kind: "time" };

const DURATION_SECONDS_MIN = 5;
/** The server plans no further ahead. */
export const PLANNED_MS_MAX = 24 * 3_600_000;

/** The same checks as the server's, for an answer while she types; the server checks them anyway. */
export function checkPlan(
  plan: RainPlan,
  policy: RainPolicy,
  nowMs: number,
): Partial<Record<PlanField, PlanProblem>> {
  const packetCount = Number(plan.packetCount);
  return {
    budgetCoins: checkNumber(plan.budgetCoins, Math.max(1, packetCount), policy.budgetCoinsMax),
    packetCount: checkNumber(plan.packetCount, 1, policy.packetCountMax),
    durationSeconds: checkNumber(plan.durationSeconds, DURATION_SECONDS_MIN, policy.durationSecondsMax),
    claimsPerViewer: checkNumber(plan.claimsPerViewer, 1, policy.claimsPerViewerMax),
    startsAt: checkStart(plan.startsAt, nowMs),
  };
}

function checkNumber(value: number | string, min: number, max: number): PlanProblem | undefined {
  if (value === "" || !Number.isInteger(Number(value))) return { kind: "needed" };
  if (Number(value) > max) return { kind: "max", bound: max };
  if (Number(value) < min) return { kind: "min", bound: min };
  return undefined;
}

function checkStart(startsAt: string, nowMs: number): PlanProblem | undefined {
  if (startsAt === "") return undefined;
  const inMs = new Date(startsAt).getTime() - nowMs;
  return inMs > 0 && inMs <= PLANNED_MS_MAX ? undefined : { kind: "time" };
}

/** What is sent of a plan that passed the checks. */
export function toCreateInput(plan: RainPlan): Omit<RainCreateInput, "rainId"> {
  return {
    budgetCoins: Number(plan.budgetCoins),
    packetCount: Number(plan.packetCount),
    durationSeconds: Number(plan.durationSeconds),
    claimsPerViewer: Number(plan.claimsPerViewer),
    fundedBy: plan.fundedBy,
    ...(plan.remark.trim() === "" ? {} : { remark: plan.remark }),
    ...(plan.startsAt === "" ? {} : { startsAt: new Date(plan.startsAt).toISOString() }),
  };
}

/**
 * What a packet holds: on average, in tenths of a coin and rounded down, and at most by the first draw of the split, which
 * is twice the average; null while there is nothing to split.
 */
export function sizeUp(
  plan: Pick<RainPlan, "budgetCoins" | "packetCount">,
): { averageTenths: number; usualMaxCoins: number } | null {
  const budgetCoins = Number(plan.budgetCoins);
  const packetCount = Number(plan.packetCount);
  if (!Number.isInteger(budgetCoins) || !Number.isInteger(packetCount)) return null;
  if (packetCount < 1 || budgetCoins < packetCount) return null;
  return {
    averageTenths: Math.floor((budgetCoins * 10) / packetCount),
    usualMaxCoins: Math.max(1, Math.floor((2 * budgetCoins) / packetCount) - 1),
  };
}
