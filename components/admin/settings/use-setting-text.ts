"use client";

import { useTranslations } from "next-intl";
import type { RunTimeSetting } from "@/domain/contracts/settings";

/** A value in words: limits as counts and seconds, switches as on and off. */
export function useSettingText(): (setting: Pick<RunTimeSetting, "kind">, value: string) => string {
  const t = useTranslations("adminSettings");
  return ({ kind }, value) => {
    if (kind === "switch") return t(value === "true" ? "on" : "off");
    if (kind !== "windows") return value;
    return value
      .split(",")
      .map((window) => {
        const [count = "", seconds = ""] = window.trim().split("/");
        return t("window", { count: Number(count), seconds: Number(seconds) });
      })
      .join(t("windowsJoin"));
  };
}
