import { parseRateWindows, type RateWindow } from "./rate-limit";

/** What a setting may be. */
export type SettingRule =
  | {
      kind: "windows";
      windowsMax: number;
      /** In the long run, of one person or address. Below it somebody, perhaps who set it, could not work any more. */
      leastPerDay: number;
    }
  | { kind: "number"; min: number; max: number }
  | { kind: "choice"; choices: readonly string[] }
  | { kind: "switch" };

const PER_DAY = 86_400;
const limit = (leastPerDay: number, windowsMax = 4) =>
  ({ kind: "windows", windowsMax, leastPerDay }) as const satisfies SettingRule;
const SWITCH = { kind: "switch" } as const satisfies SettingRule;

/** Settings of the environment that operators may change while the platform runs, by the names they have there. */
export const RUN_TIME_SETTINGS = {
  FEATURE_GIFTS: SWITCH,
  FEATURE_CHAT: SWITCH,
  FEATURE_RAINS: SWITCH,
  FEATURE_RECHARGES: SWITCH,
  FEATURE_WITHDRAWALS: SWITCH,
  RATE_LIMIT_GIFT_SEND: limit(100),
  RATE_LIMIT_CHAT_SEND: limit(100),
  RATE_LIMIT_ROOM_OPEN: limit(10),
  RATE_LIMIT_RAIN_CREATE: limit(10),
  RATE_LIMIT_RAIN: limit(10),
  // The claim's script counts one window.
  RATE_LIMIT_RAIN_CLAIM: limit(100, 1),
  RATE_LIMIT_MODERATION: limit(100),
  RATE_LIMIT_RECHARGE: limit(3),
  RATE_LIMIT_ONE_TIME_CODE: limit(3),
  // A page of the dashboard asks a few times a minute, and opening it some dozen times.
  RATE_LIMIT_USER: limit(PER_DAY),
  RATE_LIMIT_ANONYMOUS: limit(PER_DAY / 2),
  RATE_LIMIT_PAGES: limit(PER_DAY / 2),
  RATE_LIMIT_CONNECTIONS: limit(PER_DAY),
  PEOPLE_PER_ADDRESS: { kind: "number", min: 1, max: 100_000 },
  ROOM_CHAT_PER_SECOND: { kind: "number", min: 1, max: 100 },
  SMS_CODES_PER_HOUR: { kind: "number", min: 10, max: 10_000_000 },
  SMS_COUNTRY_CODES_PER_HOUR: { kind: "number", min: 10, max: 10_000_000 },
  LOG_LEVEL: { kind: "choice", choices: ["trace", "debug", "info", "warn", "error", "silent"] },
} as const satisfies Record<string, SettingRule>;

export type SettingName = keyof typeof RUN_TIME_SETTINGS;
export const SETTING_NAMES = Object.keys(RUN_TIME_SETTINGS) as SettingName[];
export const isSettingName = (name: string): name is SettingName => Object.hasOwn(RUN_TIME_SETTINGS, name);

export const SETTING_REFUSALS = ["windows", "many_windows", "too_few", "number", "choice"] as const;
/** Why a text cannot be a setting's value, with what would be right. */
export interface SettingRefusal {
  reason: (typeof SETTING_REFUSALS)[number];
  min?: number;
  max?: number;
  choices?: string;
}

/** Undefined when the text may be the setting's value. */
export function findSettingRefusal(name: SettingName, text: string): SettingRefusal | undefined {
  const rule: SettingRule = RUN_TIME_SETTINGS[name];
  switch (rule.kind) {
    case "windows":
      return findWindowsRefusal(rule, text);
    case "number": {
      const { min, max } = rule;
      const value = Number(text);
      const isRight = /^\d{1,9}$/.test(text) && value >= min && value <= max;
      return isRight ? undefined : { reason: "number", min, max };
    }
    case "choice":
      return rule.choices.includes(text) ? undefined : { reason: "choice", choices: rule.choices.join(", ") };
    case "switch":
      return text === "true" || text === "false" ? undefined : { reason: "choice", choices: "true, false" };
  }
}

function findWindowsRefusal(
  { windowsMax, leastPerDay }: SettingRule & { kind: "windows" },
  text: string,
): SettingRefusal | undefined {
  let windows: RateWindow[];
  try {
    windows = parseRateWindows(text);
  } catch {
    return { reason: "windows" };
  }
  if (windows.length > windowsMax) return { reason: "many_windows", max: windowsMax };
  const isTooFew = windows.some((window) => (window.limit / window.windowSeconds) * PER_DAY < leastPerDay);
  return isTooFew ? { reason: "too_few", min: leastPerDay } : undefined;
}

/** The value of a text that `findSettingRefusal` has nothing against, as the settings of a process have it. */
export function parseSetting(name: SettingName, text: string): string | number | boolean {
  const { kind } = RUN_TIME_SETTINGS[name];
  if (kind === "number") return Number(text);
  return kind === "switch" ? text === "true" : text;
}
