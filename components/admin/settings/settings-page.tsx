"use client";

import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { FixedSetting } from "@/domain/contracts/settings";
import { useTRPC } from "../../lib/trpc";
import { useOpened } from "../../lib/use-address";
import { type Column, DataTable } from "../../ui/data-table";
import { ErrorPanel } from "../../ui/state-panel";
import classes from "../admin.module.css";
import { SettingHistoryCard } from "./setting-history-card";
import { SettingTable } from "./setting-table";

const REFRESH_MS = 5_000;

/** What holds while the platform runs and operators may change, and what only a restart changes. */
export function SettingsPage() {
  const t = useTranslations("adminSettings");
  const trpc = useTRPC();
  const [opened, open] = useOpened("setting");
  const { data, error, refetch } = useQuery(
    trpc.ops.settings.queryOptions(undefined, { refetchInterval: REFRESH_MS }),
  );
  const shown = data?.items.find(({ name }) => name === opened);
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("title")}</h1>
        <p className={classes.hint}>
          {t("text")}{" "}
          <Link href="/admin/jobs" className={classes.link}>
            {t("toJobs")}
          </Link>
        </p>
      </div>
      {shown ? <SettingHistoryCard key={shown.name} setting={shown} onClose={() => open("")} /> : null}
      {data ? (
        <>
          {(["switches", "limits", "others"] as const).map((group) => (
            <section key={group} className={classes.card} aria-labelledby={`settings-${group}`}>
              <h2 id={`settings-${group}`} className={classes.cardTitle}>
                {t(`groups.${group}`)}
              </h2>
              <p className={classes.hint}>{t(`groupTexts.${group}`)}</p>
              <SettingTable
                labelledBy={`settings-${group}`}
                settings={data.items.filter(({ kind }) => GROUP_OF[kind] === group)}
                opened={opened}
                onOpen={open}
              />
            </section>
          ))}
          <FixedSettings settings={data.fixed} />
        </>
      ) : error ? (
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton height={640} radius="lg" />
      )}
    </>
  );
}

const GROUP_OF = { switch: "switches", windows: "limits", number: "others", choice: "others" } as const;

/** A long list that few look for: it opens when it is asked for. */
function FixedSettings({ settings }: { settings: readonly FixedSetting[] }) {
  const t = useTranslations("adminSettings");
  const [isOpen, setOpen] = useState(false);
  const columns: Column<FixedSetting>[] = [
    {
      key: "name",
      label: t("setting"),
      isTitle: true,
      className: classes.mono,
      renderCell: ({ name }) => name,
    },
    {
      key: "value",
      label: t("value"),
      className: classes.mono,
      renderCell: ({ value, isSecret, source }) => (isSecret && source !== "unset" ? t("secret") : value),
    },
    { key: "source", label: t("source"), renderCell: ({ source }) => t(`sources.${source}`) },
  ];
  return (
    <section className={classes.card} aria-labelledby="settings-fixed">
      <div className={classes.cardHead}>
        <h2 id="settings-fixed" className={classes.cardTitle}>
          {t("fixed")}
        </h2>
        <Button
          size="compact-sm"
          variant="default"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          data-testid="settings-fixed-open"
        >
          {t(isOpen ? "hideFixed" : "showFixed", { count: settings.length })}
        </Button>
      </div>
      <p className={classes.hint}>{t("fixedText")}</p>
      {isOpen ? (
        <DataTable
          labelledBy="settings-fixed"
          items={settings}
          columns={columns}
          rowKey={({ name }) => name}
          rowProps={({ name }) => ({ "data-setting": name })}
          testId="fixed-settings"
        />
      ) : null}
    </section>
  );
}
