import { z } from "zod";
import { findSettingRefusal, SETTING_NAMES, type SettingName } from "../rules/run-time-settings";
import { OperatorReason } from "./ids";
import type { PolicyVersion } from "./policy-versions";
import { optionalLine } from "./texts";

/** What operators said of a setting, as it would stand in the environment; null: what the environment says holds. */
export interface SettingPolicy {
  value: string | null;
}

const settingPolicy = (name: SettingName) =>
  z.object({
    value: z
      .string()
      .nullable()
      .refine((text) => text === null || !findSettingRefusal(name, text)),
  });

export const settingPolicyKey = <N extends SettingName>(name: N) => `setting:${name}` as const;

/** A policy for each setting that may change while the platform runs, beside the others. */
export const SETTING_POLICIES = Object.fromEntries(
  SETTING_NAMES.map((name) => [
    settingPolicyKey(name),
    { schema: settingPolicy(name), defaults: { value: null } },
  ]),
) as Record<`setting:${SettingName}`, { schema: ReturnType<typeof settingPolicy>; defaults: SettingPolicy }>;

/** Whether there is such a setting is answered by SETTING_UNKNOWN. */
const CalledSettingName = z.string().regex(/^[A-Z][A-Z\d_]{0,63}$/);

export const SetSettingInput = z.object({
  name: CalledSettingName,
  /** As it would stand in the environment; null goes back to what the environment says. */
  value: optionalLine(200).nullable(),
  reason: OperatorReason,
});
export type SetSettingInput = z.infer<typeof SetSettingInput>;

export const SettingInput = z.object({ name: CalledSettingName });
export type SettingInput = z.infer<typeof SettingInput>;

/** Where the value comes from that holds. */
export type SettingSource = "operator" | "environment" | "default";

export interface RunTimeSetting {
  name: SettingName;
  kind: "windows" | "number" | "choice" | "switch";
  choices: readonly string[] | null;
  /** What holds in the process that answers. */
  value: string;
  /** What would hold without operators. */
  environmentValue: string;
  source: SettingSource;
  /** Counts the changes; 0: never. */
  version: number;
}

/** A setting that only a restart changes. */
export interface FixedSetting {
  name: string;
  /** Null where it is a secret, or is not set. */
  value: string | null;
  source: "environment" | "default" | "unset";
  isSecret: boolean;
}

export interface SettingsView {
  items: RunTimeSetting[];
  fixed: FixedSetting[];
}

export interface SettingHistory {
  changes: PolicyVersion<SettingPolicy>[];
}
