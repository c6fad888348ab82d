"use client";

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { RunTimeSetting } from "@/domain/contracts/settings";
import { useTRPC } from "../../lib/trpc";
import { type Column, DataTable } from "../../ui/data-table";
import { ErrorPanel } from "../../ui/state-panel";
import classes from "../admin.module.css";
import { useSettingText } from "../settings/use-setting-text";

/** How much everybody may ask for, as it holds now; it is changed among the settings. */
export function LimitsCard() {
  const t = useTranslations("adminIpBlocks");
  const names = useTranslations("adminSettings");
  const settingText = useSettingText();
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.ops.settings.queryOptions());
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={400} radius="lg" />;
  const columns: Column<RunTimeSetting>[] = [
    {
      key: "name",
      label: names("setting"),
      isTitle: true,
      renderCell: ({ name }) => (
        <Link href={`/admin/settings?setting=${name}`} className={classes.link}>
          {names(`names.${name}`)}
        </Link>
      ),
    },
    { key: "value", label: names("value"), renderCell: (setting) => settingText(setting, setting.value) },
  ];
  return (
    <section className={classes.card} aria-labelledby="limits-title" data-testid="limits">
      <div className={classes.cardHead}>
        <h2 id="limits-title" className={classes.cardTitle}>
          {t("limits")}
        </h2>
        <Link href="/admin/settings" className={classes.link}>
          {t("toSettings")}
        </Link>
      </div>
      <p className={classes.hint}>{t("limitsText")}</p>
      <DataTable
        labelledBy="limits-title"
        items={data.items.filter(({ kind }) => kind === "windows")}
        columns={columns}
        rowKey={({ name }) => name}
        testId="limits-table"
      />
    </section>
  );
}
