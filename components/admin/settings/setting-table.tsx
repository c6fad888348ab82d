"use client";

import { Button } from "@mantine/core";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { RunTimeSetting } from "@/domain/contracts/settings";
import { lazyPart } from "../../lib/lazy-part";
import { type Column, DataTable } from "../../ui/data-table";
import classes from "../admin.module.css";
import own from "./settings.module.css";
import { useSettingText } from "./use-setting-text";

const SettingDialog = lazyPart(() => import("./setting-dialog").then((m) => m.SettingDialog));

interface SettingTableProps {
  labelledBy: string;
  settings: readonly RunTimeSetting[];
  /** The name of the setting whose history is open. */
  opened: string;
  onOpen: (name: string) => void;
}

export function SettingTable({ labelledBy, settings, opened, onOpen }: SettingTableProps) {
  const t = useTranslations("adminSettings");
  const settingText = useSettingText();
  const [editing, setEditing] = useState<string | null>(null);
  const edited = settings.find(({ name }) => name === editing);
  const columns: Column<RunTimeSetting>[] = [
    {
      key: "name",
      label: t("setting"),
      isTitle: true,
      renderCell: ({ name }) => (
        <span className={own.setting}>
          <strong>{t(`names.${name}`)}</strong>
          <span className={classes.mono}>{name}</span>
        </span>
      ),
    },
    {
      key: "value",
      label: t("value"),
      renderCell: (setting) => (
        <span className={own.setting}>
          <span
            className={setting.kind === "switch" && setting.value === "false" ? classes.bad : undefined}
            data-testid="setting-value"
          >
            {settingText(setting, setting.value)}
          </span>
          {setting.value === setting.environmentValue ? null : (
            <span className={own.note}>
              {t("otherwise", { value: settingText(setting, setting.environmentValue) })}
            </span>
          )}
        </span>
      ),
    },
    { key: "source", label: t("source"), renderCell: ({ source }) => t(`sources.${source}`) },
    {
      key: "acts",
      label: t("acts"),
      isActing: true,
      renderCell: ({ name, version }) => (
        <span className={own.acts}>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setEditing(name)}
            data-testid="setting-change"
          >
            {t("change")}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            aria-expanded={name === opened}
            onClick={() => onOpen(name === opened ? "" : name)}
            data-testid="setting-history-open"
          >
            {t("history", { count: version })}
          </Button>
        </span>
      ),
    },
  ];
  return (
    <>
      <DataTable
        labelledBy={labelledBy}
        items={settings}
        columns={columns}
        rowKey={({ name }) => name}
        rowProps={({ name, source }) => ({ "data-setting": name, "data-source": source })}
        testId={labelledBy}
      />
      {edited ? <SettingDialog setting={edited} onClose={() => setEditing(null)} /> : null}
    </>
  );
}
