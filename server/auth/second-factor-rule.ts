import type { PendingFactor } from "@/domain/contracts/second-factor";
import { type Env, isDemoMode } from "@/platform/settings/env";

/** Whether every operator needs a second factor here; where not, whoever has set one up needs it all the same. */
export function requiresSecondFactor(env: Pick<Env, "DOWNPOUR_MODE" | "OPERATOR_SECOND_FACTOR">): boolean {
  const { OPERATOR_SECOND_FACTOR: rule } = env;
  return rule === "auto" ? !isDemoMode(env) : rule === "on";
}

/** What of an operator's session is known about the second factor. */
export interface FactorFacts {
  verifiedAt: Date | null;
  isEnrolled: boolean;
}

/** What is missing to an operator's session; undefined when nothing is. Unknown counts as missing. */
export function findPendingFactor(
  facts: FactorFacts | undefined,
  isRequired: boolean,
): PendingFactor | undefined {
  if (!facts) return "verify";
  if (facts.isEnrolled) return facts.verifiedAt ? undefined : "verify";
  return isRequired ? "enrol" : undefined;
}
