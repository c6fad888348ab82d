import { describe, expect, it } from "vitest";
import { parseEnv } from "@/platform/settings/env";
import { findSettingRefusal, parseSetting, SETTING_NAMES } from "./run-time-settings";

describe("what a setting may be", () => {
  const defaults = parseEnv({});

  it.each(SETTING_NAMES)("%s may be what it is by default, and is the same then", (name) => {
    const text = String(defaults[name]);
    expect(findSettingRefusal(name, text)).toBeUndefined();
    expect(parseSetting(name, text)).toBe(defaults[name]);
  });

  it.each([
    ["RATE_LIMIT_GIFT_SEND", "twenty", "windows"],
    ["RATE_LIMIT_GIFT_SEND", "", "windows"],
    ["RATE_LIMIT_GIFT_SEND", "0/1", "windows"],
    ["RATE_LIMIT_GIFT_SEND", "1/1,2/2,3/3,4/4,5/5", "many_windows"],
    ["RATE_LIMIT_RAIN_CLAIM", "1/1,60/60", "many_windows"],
    ["RATE_LIMIT_ANONYMOUS", "1/60", "too_few"],
    ["RATE_LIMIT_USER", "200/10,10/86400", "too_few"],
    ["PEOPLE_PER_ADDRESS", "0", "number"],
    ["PEOPLE_PER_ADDRESS", "1e3", "number"],
    ["SMS_CODES_PER_HOUR", "-1", "number"],
    ["LOG_LEVEL", "loud", "choice"],
    ["FEATURE_GIFTS", "off", "choice"],
  ] as const)("%s may not be %j: %s", (name, text, reason) => {
    expect(findSettingRefusal(name, text)?.reason).toBe(reason);
  });
});
