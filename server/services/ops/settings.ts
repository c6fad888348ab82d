import { listPolicyVersions } from "@/db/live/queries/policy-versions";
import { listStoredPolicies, readPolicy, writePolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import { BizError } from "@/domain/contracts/errors";
import {
  type RunTimeSetting,
  type SetSettingInput,
  type SettingHistory,
  type SettingInput,
  type SettingsView,
  settingPolicyKey,
} from "@/domain/contracts/settings";
import {
  findSettingRefusal,
  isSettingName,
  RUN_TIME_SETTINGS,
  SETTING_NAMES,
  type SettingName,
  type SettingRule,
} from "@/domain/rules/run-time-settings";
import { type DescribedSetting, describeSettings } from "@/platform/settings/describe-settings";
import { isGiven } from "@/platform/settings/env";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";
import { environmentValueOf, followPolicies, readSettingText } from "../policy/watch-policies";

const CHANGES_SHOWN = 50;

/** What operators may change while the platform runs, as it holds here, and what only a restart changes. No secrets. */
export async function getSettings(ctx: SignedInCtx): Promise<SettingsView> {
  const stored = new Map((await listStoredPolicies(ctx.live.sql)).map((row) => [row.key, row]));
  const items = SETTING_NAMES.map((name): RunTimeSetting => {
    const rule: SettingRule = RUN_TIME_SETTINGS[name];
    const row = stored.get(settingPolicyKey(name));
    const said = readSettingText(name, row?.value) ?? null;
    return {
      name,
      kind: rule.kind,
      choices: rule.kind === "choice" ? rule.choices : null,
      value: said ?? String(environmentValueOf(ctx, name)),
      environmentValue: String(environmentValueOf(ctx, name)),
      source: said !== null ? "operator" : isGiven(name) ? "environment" : "default",
      version: row?.version ?? 0,
    };
  });
  return { items, fixed: describeSettings(ctx.env).filter(isFixed) };
}

const isFixed = ({ name }: DescribedSetting) => !isSettingName(name);

/** Who changed a setting to what, and why; the newest first. Throws SETTING_UNKNOWN. */
export async function getSettingHistory(ctx: SignedInCtx, input: SettingInput): Promise<SettingHistory> {
  const name = requireSetting(input.name);
  return { changes: await listPolicyVersions(ctx.live, settingPolicyKey(name), CHANGES_SHOWN) };
}

/** What operators said of a setting, for whoever changes it. Throws SETTING_UNKNOWN, and SETTING_REFUSED as `setSetting`. */
export async function getSetting(ctx: SignedInCtx, input: SetSettingInput): Promise<{ value: string }> {
  const name = requireSetting(input.name);
  requireFit(name, input.value);
  const { value } = await readPolicy(ctx.live.sql, settingPolicyKey(name));
  return { value: value ?? String(environmentValueOf(ctx, name)) };
}

/**
 * Changes a setting, or goes back to what the environment says. It holds in every process within seconds. Throws
 * SETTING_UNKNOWN, and SETTING_REFUSED with the `reason` and what would be right.
 */
export async function setSetting(
  ctx: SignedInCtx,
  input: SetSettingInput,
): Promise<{ name: SettingName; value: string | null }> {
  const { value, reason } = input;
  const name = requireSetting(input.name);
  requireFit(name, value);
  const by = actingOperator(ctx, reason);
  await inTransaction(ctx.live.sql, (tx) => writePolicy(tx, settingPolicyKey(name), { value }, by));
  // Here at once; it is stored in any case, and the watch of this process comes to it as all others do.
  await followPolicies(ctx).catch((error: unknown) => {
    ctx.log.warn({ reason: String(error), setting: name }, "a changed setting holds here a little later");
  });
  return { name, value };
}

/** What makes less happen, or only says more, one operator may do alone at night. */
export function needsSecondOperator({ name, value }: SetSettingInput): boolean {
  if (!isSettingName(name)) return true;
  const isSwitchedOff = RUN_TIME_SETTINGS[name].kind === "switch" && value === "false";
  return name !== "LOG_LEVEL" && !isSwitchedOff;
}

function requireSetting(name: string): SettingName {
  if (!isSettingName(name)) throw new BizError("SETTING_UNKNOWN", { field: "name" });
  return name;
}

function requireFit(name: SettingName, value: string | null): void {
  const refusal = value === null ? undefined : findSettingRefusal(name, value);
  if (refusal) throw new BizError("SETTING_REFUSED", { field: "value", ...refusal });
}
