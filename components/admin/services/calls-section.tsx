"use client";

import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { ProcedureCalls } from "@/domain/contracts/services";
import { useTRPC } from "../../lib/trpc";
import { type Column, DataTable } from "../../ui/data-table";
import { ErrorPanel } from "../../ui/state-panel";
import admin from "../admin.module.css";
import { useUnits } from "./use-units";

const REFRESH_MS = 10_000;
const SHOWN_FIRST = 12;

/** How often each procedure was called lately, how that ended, and how long it took. */
export function CallsSection() {
  const t = useTranslations("adminServices");
  const trpc = useTRPC();
  const [isAll, setAll] = useState(false);
  const { data, error, refetch } = useQuery(
    trpc.ops.calls.queryOptions(undefined, { refetchInterval: REFRESH_MS }),
  );
  const more = (data?.items.length ?? 0) - SHOWN_FIRST;
  return (
    <section className={admin.card} aria-labelledby="calls-title">
      <h2 id="calls-title" className={admin.cardTitle}>
        {t("calls", { minutes: data?.minutes ?? 0 })}
      </h2>
      <p className={admin.hint}>{t("callsText")}</p>
      {error && !data ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Skeleton height={240} radius="lg" /> : null}
      {data?.items.length === 0 ? <p className={admin.hint}>{t("noCalls")}</p> : null}
      {data && data.items.length > 0 ? (
        <CallTable items={isAll ? data.items : data.items.slice(0, SHOWN_FIRST)} />
      ) : null}
      {more > 0 ? (
        <div>
          <Button
            variant="default"
            onClick={() => setAll(!isAll)}
            aria-expanded={isAll}
            data-testid="calls-all"
          >
            {isAll ? t("fewerCalls") : t("moreCalls", { count: more })}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function CallTable({ items }: { items: readonly ProcedureCalls[] }) {
  const t = useTranslations("adminServices");
  const units = useUnits();
  const columns: Column<ProcedureCalls>[] = [
    {
      key: "procedure",
      label: t("procedure"),
      isTitle: true,
      className: admin.mono,
      renderCell: ({ procedure }) => procedure,
    },
    { key: "calls", label: t("callCount"), isEnd: true, renderCell: ({ calls }) => units.count(calls) },
    {
      key: "success",
      label: t("success"),
      isEnd: true,
      renderCell: ({ calls, errors }) => (
        <span className={errors > 0 ? admin.bad : undefined}>
          {units.percent(calls === 0 ? 1 : (calls - errors) / calls)}
        </span>
      ),
    },
    { key: "refused", label: t("refused"), isEnd: true, renderCell: ({ refusals }) => units.count(refusals) },
    { key: "failed", label: t("failed"), isEnd: true, renderCell: ({ errors }) => units.count(errors) },
    { key: "p50", label: t("median"), isEnd: true, renderCell: ({ p50Ms }) => units.milliseconds(p50Ms) },
    { key: "p99", label: t("p99"), isEnd: true, renderCell: ({ p99Ms }) => units.milliseconds(p99Ms) },
  ];
  return (
    <DataTable
      labelledBy="calls-title"
      items={items}
      columns={columns}
      rowKey={({ procedure }) => procedure}
      rowProps={({ procedure }) => ({ "data-testid": "call-row", "data-procedure": procedure })}
      testId="calls-table"
    />
  );
}
