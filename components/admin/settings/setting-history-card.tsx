"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { RunTimeSetting } from "@/domain/contracts/settings";
import { useTRPC } from "../../lib/trpc";
import classes from "../admin.module.css";
import { HistoryCard, VersionTable } from "../history-card";
import { SettingDialog } from "./setting-dialog";
import { useSettingText } from "./use-setting-text";

const REFRESH_MS = 5_000;

/** Who changed a setting to what, and why, with a way back to each. */
export function SettingHistoryCard({ setting, onClose }: { setting: RunTimeSetting; onClose: () => void }) {
  const t = useTranslations("adminSettings");
  const trpc = useTRPC();
  const settingText = useSettingText();
  const [backTo, setBackTo] = useState<{ value: string | null } | null>(null);
  const history = useQuery(
    trpc.ops.settingHistory.queryOptions({ name: setting.name }, { refetchInterval: REFRESH_MS }),
  );
  return (
    <>
      <HistoryCard
        testId="setting-history"
        title={t("historyOf", { setting: t(`names.${setting.name}`) })}
        query={history}
        onClose={onClose}
      >
        {({ changes }) =>
          changes.length === 0 ? (
            <p className={classes.hint}>{t("noChanges")}</p>
          ) : (
            <VersionTable
              testId="setting-changes"
              labelledBy="setting-history-title"
              versions={changes}
              valueLabel={t("value")}
              renderValue={({ value }) => (value === null ? t("asEnvironment") : settingText(setting, value))}
              isOther={({ version }) => version !== setting.version}
              onBack={setBackTo}
            />
          )
        }
      </HistoryCard>
      {backTo ? (
        <SettingDialog setting={setting} value={backTo.value} onClose={() => setBackTo(null)} />
      ) : null}
    </>
  );
}
