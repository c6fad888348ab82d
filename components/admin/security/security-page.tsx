"use client";

import { Skeleton } from "@mantine/core";
import { useTranslations } from "next-intl";
import { lazyPart } from "../../lib/lazy-part";
import classes from "../admin.module.css";

const loading = () => <Skeleton height={280} radius="lg" />;
const MediaHostsCard = lazyPart(() => import("./media-hosts-card").then((m) => m.MediaHostsCard), {
  loading,
});
const PhoneChangeCard = lazyPart(() => import("./phone-change-card").then((m) => m.PhoneChangeCard), {
  loading,
});
const RetentionCard = lazyPart(() => import("./retention-card").then((m) => m.RetentionCard), { loading });

export function SecurityPage() {
  const t = useTranslations("adminSecurity");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("title")}</h1>
        <p className={classes.hint}>{t("text")}</p>
      </div>
      <MediaHostsCard />
      <PhoneChangeCard />
      <RetentionCard />
    </>
  );
}
