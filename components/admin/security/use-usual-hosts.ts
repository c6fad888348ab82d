"use client";

import { useTranslations } from "next-intl";
import type { MediaHostsView } from "@/domain/contracts/media-hosts";

/** What holds where an operator names no hosts, in words. */
export function useUsualHosts(policy: MediaHostsView | undefined): string {
  const t = useTranslations("adminSecurity");
  return t("asUsual", { usual: policy?.anyByDefault ? t("anyHost") : t("noHost") });
}
