import type { AppLocale } from "@/i18n/locale";
import en from "@/messages/en.json";
import zh from "@/messages/zh.json";

/** The few words of the page that is shown when no page can be made. */
export const BUSY_TEXTS: Record<AppLocale, Record<keyof typeof en.busy, string>> = {
  en: en.busy,
  zh: zh.busy,
};
