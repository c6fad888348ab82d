import { BizError } from "@/domain/contracts/errors";
import type { SettingName } from "@/domain/rules/run-time-settings";
import type { Resources } from "../context";

export type FeatureSetting = Extract<SettingName, `FEATURE_${string}`>;

/** Throws FEATURE_OFF while operators have switched it off. Read from memory. */
export function requireFeature({ env }: Pick<Resources, "env">, feature: FeatureSetting): void {
  if (!env[feature]) throw new BizError("FEATURE_OFF", { feature });
}
