"use client";

import { useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconLanguage, IconMoon, IconSun } from "@tabler/icons-react";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useSyncExternalStore } from "react";
import { LOCALE_COOKIE } from "@/i18n/locale";
import classes from "./preference-switches.module.css";

const LOCALE_COOKIE_SECONDS = 365 * 24 * 3600;
const SCHEMES = ["auto", "light", "dark"] as const;
const SCHEME_ICON = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon };
const neverChanges = () => () => {};

/** Steps through automatic, light and dark. */
export function ColorSchemeSwitch() {
  const t = useTranslations("preferences");
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  // The server cannot know the stored choice: until hydration everybody sees "auto".
  const hydrated = useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  );
  const current = hydrated ? colorScheme : "auto";
  const next = SCHEMES[(SCHEMES.indexOf(current) + 1) % SCHEMES.length] ?? "auto";
  const Icon = SCHEME_ICON[current];
  const label = t("colorScheme", { current: t(current), next: t(next) });
  return (
    <button
      type="button"
      className={classes.button}
      aria-label={label}
      title={label}
      data-testid="color-scheme-switch"
      onClick={() => setColorScheme(next)}
    >
      <Icon size={20} aria-hidden />
    </button>
  );
}

/** Switches between English and Chinese; the choice is kept in a cookie. */
export function LanguageSwitch() {
  const t = useTranslations("preferences");
  const locale = useLocale();
  const router = useRouter();
  const next = locale === "zh" ? "en" : "zh";
  return (
    <button
      type="button"
      className={classes.button}
      aria-label={t("switchLanguage")}
      title={t("switchLanguage")}
      lang={next}
      data-testid="language-switch"
      onClick={() => {
        document.cookie = `${LOCALE_COOKIE}=${next}; path=/; max-age=${LOCALE_COOKIE_SECONDS}; samesite=lax`;
        router.refresh();
      }}
    >
      <IconLanguage size={20} aria-hidden />
      <span className={classes.text}>{next === "zh" ? "中文" : "EN"}</span>
    </button>
  );
}
