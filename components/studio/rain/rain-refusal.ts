import { type ApiError, readApiError } from "../../lib/api-error";
import type { PlanField, PlanProblem } from "./rain-plan";

const FIELDS: readonly PlanField[] = [
  "budgetCoins",
  "packetCount",
  "durationSeconds",
  "claimsPerViewer",
  "startsAt",
];

/** The field that the server finds at fault and what is wrong with it; null when its refusal is about no field. */
export function readFieldRefusal(error: unknown): { field: PlanField; problem: PlanProblem } | null {
  const { name, details } = readApiError(error);
  if (name !== "RAIN_INVALID_BUDGET" && name !== "INVALID_INPUT") return null;
  const field = FIELDS.find((known) => known === details.field);
  if (!field) return null;
  if (typeof details.max === "number") return { field, problem: { kind: "max", bound: details.max } };
  if (typeof details.min === "number") return { field, problem: { kind: "min", bound: details.min } };
  return { field, problem: field === "startsAt" ? { kind: "time" } : { kind: "needed" } };
}

export type RainRefusal =
  | { kind: "poor"; haveCoins: number; needCoins: number; fromWallet: boolean }
  | { kind: "day"; leftCoins: number; usedCoins: number }
  | { kind: "noRoom" }
  | { kind: "roomClosed" }
  | { kind: "moved" }
  | { kind: "wait"; retryAfterMs: number }
  | { kind: "other"; error: ApiError };

const numberOf = (value: unknown) => (typeof value === "number" ? value : 0);

/** What a refused step of a rain is about, as far as she can do something about it. */
export function readRainRefusal(error: unknown): RainRefusal {
  const apiError = readApiError(error);
  const { name, details } = apiError;
  switch (name) {
    case "INSUFFICIENT_COINS":
      return {
        kind: "poor",
        haveCoins: Math.max(0, numberOf(details.balanceCoins) - numberOf(details.pendingCoins)),
        needCoins: numberOf(details.totalCoins),
        fromWallet: details.fundedBy !== "promotion",
      };
    case "RAIN_INVALID_BUDGET":
      return typeof details.usedTodayCoins === "number"
        ? { kind: "day", leftCoins: numberOf(details.max), usedCoins: details.usedTodayCoins }
        : { kind: "other", error: apiError };
    case "NOT_FOUND":
      return details.field === "roomId" ? { kind: "noRoom" } : { kind: "other", error: apiError };
    case "ROOM_NOT_LIVE":
      return { kind: "roomClosed" };
    case "RAIN_STATE_CONFLICT":
    case "RAIN_NOT_READY":
    case "RAIN_ENDED":
      return { kind: "moved" };
    case "RATE_LIMITED":
      return { kind: "wait", retryAfterMs: numberOf(details.retryAfterMs) };
    default:
      return { kind: "other", error: apiError };
  }
}
