import { listStoredPolicies } from "@/db/policies";
import { settingPolicyKey } from "@/domain/contracts/settings";
import {
  findSettingRefusal,
  parseSetting,
  SETTING_NAMES,
  type SettingName,
} from "@/domain/rules/run-time-settings";
import { defineHeld } from "@/platform/runtime/caches";
import { repeatEvery } from "@/platform/runtime/repeat";
import { within } from "@/platform/runtime/within";
import type { Env } from "@/platform/settings/env";
import type { Resources } from "../context";
import { holdStoredPolicies } from "./cached-policy";

/** A change holds in every process within five seconds, also where one question is lost or slow. */
const ASK_EVERY_MS = 1_500;
/** A process that starts while the database is away goes by its environment until it is back. */
const FIRST_MS_MAX = 3_000;

/** Two questions may be under way: what the later one was told holds. What cannot be is said once. */
const WATCHES = defineHeld(() => ({ asked: 0, applied: 0, refused: new Set<string>() }));

type PolicyResources = Pick<Resources, "env" | "live" | "log">;
type SettingValue = Env[SettingName];

/** What the environment says, of settings that something else may stand for by now. */
const ENVIRONMENT = defineHeld(() => new Map<SettingName, SettingValue>());

/** What would hold without operators. */
export function environmentValueOf(
  { env, live }: Pick<Resources, "env" | "live">,
  name: SettingName,
): SettingValue {
  return live.caches.of(ENVIRONMENT).get(name) ?? env[name];
}

/**
 * Keeps what operators decided in force in this process: policies that it knows are those of the live database, at most
 * seconds old, and so are the settings in `resources.env`. Resolves when that was asked for once. Returns what ends it.
 */
export async function watchPolicies(resources: PolicyResources): Promise<() => Promise<void>> {
  const { env, live, log } = resources;
  const environment = live.caches.of(ENVIRONMENT);
  for (const name of SETTING_NAMES) environment.set(name, env[name]);
  let onAsked: () => void;
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
  });
  const stop = repeatEvery(ASK_EVERY_MS, log, "reading policies", () =>
    followPolicies(resources).finally(onAsked),
  );
  await within(FIRST_MS_MAX, asked);
  return stop;
}

/** Once: what is stored now holds in this process. For whoever has just changed something, and for the watch. */
export async function followPolicies(resources: PolicyResources): Promise<void> {
  const { env, live, log } = resources;
  const watch = live.caches.of(WATCHES);
  watch.asked += 1;
  const turn = watch.asked;
  const stored = new Map((await listStoredPolicies(live.sql)).map((row) => [row.key, row.value]));
  if (turn < watch.applied) return;
  watch.applied = turn;
  holdStoredPolicies(resources, stored);
  for (const name of SETTING_NAMES) {
    const row = stored.get(settingPolicyKey(name));
    const text = readSettingText(name, row);
    if (text !== undefined) watch.refused.delete(name);
    else if (!watch.refused.has(name)) {
      watch.refused.add(name);
      log.error({ setting: name }, "a stored setting cannot be; the environment's holds");
    }
    apply(resources, name, text ? parseSetting(name, text) : environmentValueOf(resources, name));
  }
  // The log of a call is another than that of the process, which only the watch has.
  if (log.level !== env.LOG_LEVEL) log.level = env.LOG_LEVEL;
}

/** What operators said of a setting; null where that is what the environment says, undefined where it cannot be. */
export function readSettingText(name: SettingName, row: object | undefined): string | null | undefined {
  const said: unknown = row && "value" in row ? row.value : null;
  if (said === null) return null;
  return typeof said === "string" && !findSettingRefusal(name, said) ? said : undefined;
}

function apply({ env, log }: PolicyResources, name: SettingName, value: string | number | boolean): void {
  if (env[name] === value) return;
  log.info({ setting: name, before: env[name], now: value }, "a setting was changed");
  Object.assign(env, { [name]: value });
}
