"use client";

import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { AlarmWebhook, WatchedRule } from "@/domain/contracts/alarm-rules";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { ErrorPanel } from "../../ui/state-panel";
import admin from "../admin.module.css";
import item from "../item-card.module.css";

const RuleDialog = lazyPart(() => import("./rule-dialog").then((m) => m.RuleDialog));

const REFRESH_MS = 5_000;

/** Which figures are watched, how they stand, and when they are alarms. */
export function RulesSection() {
  const t = useTranslations("adminRules");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const [changing, setChanging] = useState<WatchedRule | null>(null);
  const { data, error, refetch } = useQuery(
    trpc.ops.alarmRules.queryOptions(undefined, { refetchInterval: REFRESH_MS }),
  );
  return (
    <section className={admin.card} aria-labelledby="rules-title">
      <div className={admin.cardHead}>
        <h2 id="rules-title" className={admin.cardTitle}>
          {t("title")}
        </h2>
        {data ? (
          <span className={`${admin.tileNote} numeric`}>
            {data.lookedAt ? t("lookedAt", { at: formats.dateTime(data.lookedAt) }) : t("neverLooked")}
          </span>
        ) : null}
      </div>
      <p className={admin.hint}>{t("text")}</p>
      {error && !data ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Skeleton height={320} radius="lg" /> : null}
      {data ? <RuleTable rules={data.rules} onChange={setChanging} /> : null}
      {data ? <WebhookState webhook={data.webhook} /> : null}
      {changing ? (
        <RuleDialog key={changing.metric} rule={changing} onClose={() => setChanging(null)} />
      ) : null}
    </section>
  );
}

/** Whether somebody elsewhere is told of alarms, and how that goes. */
function WebhookState({ webhook }: { webhook: AlarmWebhook }) {
  const t = useTranslations("adminRules.webhook");
  const formats = useLocaleFormats();
  const { isSet, waiting, givenUp, lastDeliveredAt, lastError } = webhook;
  return (
    <div className={`${item.dim} numeric`} data-testid="alarm-webhook">
      <span>{t(isSet ? "isSet" : "notSet")}</span>
      {lastDeliveredAt ? <span>{t("last", { at: formats.dateTime(lastDeliveredAt) })}</span> : null}
      {waiting > 0 ? <span>{t("waiting", { count: waiting })}</span> : null}
      {givenUp > 0 ? <span className={admin.bad}>{t("givenUp", { count: givenUp })}</span> : null}
      {lastError ? <span className={admin.bad}>{lastError}</span> : null}
    </div>
  );
}

interface RuleTableProps {
  rules: readonly WatchedRule[];
  onChange: (rule: WatchedRule) => void;
}

function RuleTable({ rules, onChange }: RuleTableProps) {
  const t = useTranslations("adminRules");
  const { coins: count } = useLocaleFormats();
  const stateOf = ({ enabled, isFiring }: WatchedRule) => (!enabled ? "off" : isFiring ? "firing" : "calm");
  const columns: Column<WatchedRule>[] = [
    { key: "metric", label: t("figure"), isTitle: true, renderCell: ({ metric }) => t(`metrics.${metric}`) },
    {
      key: "state",
      label: t("state"),
      isFigure: true,
      renderCell: (rule) => {
        const state = stateOf(rule);
        const mood = state === "firing" ? admin.bad : state === "calm" ? admin.good : admin.tileNote;
        return <span className={mood}>{t(`states.${state}`)}</span>;
      },
    },
    {
      key: "value",
      label: t("now"),
      isEnd: true,
      renderCell: ({ value, worst }) => (
        <span title={worst.join(", ") || undefined}>{value === null ? t("unknown") : count(value)}</span>
      ),
    },
    { key: "threshold", label: t("threshold"), isEnd: true, renderCell: ({ threshold }) => count(threshold) },
    { key: "clear", label: t("clearAt"), isEnd: true, renderCell: ({ clearAt }) => count(clearAt) },
    {
      key: "for",
      label: t("forSeconds"),
      isEnd: true,
      renderCell: ({ forSeconds }) => t("seconds", { count: forSeconds }),
    },
    {
      key: "change",
      label: t("change"),
      isActing: true,
      renderCell: (rule) => (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => onChange(rule)}
          aria-label={t("changeOf", { figure: t(`metrics.${rule.metric}`) })}
          data-testid="rule-change"
        >
          {t("change")}
        </Button>
      ),
    },
  ];
  return (
    <DataTable
      labelledBy="rules-title"
      items={rules}
      columns={columns}
      rowKey={({ metric }) => metric}
      rowProps={(rule) => ({
        "data-testid": "rule-row",
        "data-metric": rule.metric,
        "data-state": stateOf(rule),
      })}
      testId="rules-table"
    />
  );
}
