"use client";

import { IconAlertTriangle } from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import classes from "./attention-banner.module.css";
import { useAttention } from "./use-attention";

/** One line on top of every page of the dashboard as long as there are alarms that nobody has looked at. */
export function AttentionBanner() {
  const t = useTranslations("admin");
  const openAlarms = useAttention()?.openAlarms ?? 0;
  if (openAlarms === 0) return null;
  return (
    <Link href="/admin/alarms" className={classes.banner} data-testid="alarms-banner">
      <IconAlertTriangle size={20} aria-hidden />
      <span>
        <strong>{t("alarms.openCount", { count: openAlarms })}</strong> {t("alarms.bannerText")}
      </span>
    </Link>
  );
}
