"use client";

import { Button, CloseButton, Skeleton } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { PolicyVersion } from "@/domain/contracts/policy-versions";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { type Column, DataTable } from "../ui/data-table";
import { ErrorPanel } from "../ui/state-panel";
import { TraceId } from "../ui/trace-id";
import classes from "./admin.module.css";

interface HistoryCardProps<T> {
  testId: string;
  title: string;
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  children: (data: T) => ReactNode;
  onClose: () => void;
}

/** What was with something, above the list that it is in. */
export function HistoryCard<T>({ testId, title, query, children, onClose }: HistoryCardProps<T>) {
  const t = useTranslations("adminCommon");
  const { data, error, refetch } = query;
  return (
    <section className={classes.card} aria-labelledby={`${testId}-title`} data-testid={testId}>
      <div className={classes.cardHead}>
        <h2 id={`${testId}-title`} className={classes.cardTitle}>
          {title}
        </h2>
        <CloseButton aria-label={t("closeHistory")} onClick={onClose} />
      </div>
      {data !== undefined ? (
        children(data)
      ) : error ? (
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton height={200} radius="lg" />
      )}
    </section>
  );
}

interface VersionTableProps<V> {
  testId: string;
  labelledBy: string;
  versions: readonly PolicyVersion<V>[];
  /** What a version said, and the name of that. */
  valueLabel: string;
  renderValue: (value: V) => ReactNode;
  /** Whether going back to it would change anything. */
  isOther: (version: PolicyVersion<V>) => boolean;
  onBack: (value: V) => void;
}

/** What a policy was, who made it so and why, with a way back to each version. */
export function VersionTable<V>({
  testId,
  labelledBy,
  versions,
  valueLabel,
  renderValue,
  isOther,
  onBack,
}: VersionTableProps<V>) {
  const t = useTranslations("adminCommon");
  const formats = useLocaleFormats();
  const columns: Column<PolicyVersion<V>>[] = [
    {
      key: "version",
      label: t("version"),
      isTitle: true,
      renderCell: ({ version }) => t("versionOf", { number: version }),
    },
    {
      key: "at",
      label: t("at"),
      isNowrap: true,
      renderCell: ({ at }) => <time dateTime={at}>{formats.dateTime(at)}</time>,
    },
    { key: "value", label: valueLabel, renderCell: ({ value }) => renderValue(value) },
    { key: "by", label: t("by"), renderCell: ({ byName, by }) => <bdi>{byName ?? by.slice(0, 8)}</bdi> },
    { key: "reason", label: t("reason"), renderCell: ({ reason }) => <bdi>{reason}</bdi> },
    { key: "trace", label: t("trace"), renderCell: ({ traceId }) => <TraceId traceId={traceId} /> },
    {
      key: "back",
      label: t("backTo"),
      isActing: true,
      renderCell: (version) =>
        isOther(version) ? (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onBack(version.value)}
            data-testid="version-back"
          >
            {t("backTo")}
          </Button>
        ) : null,
    },
  ];
  return (
    <DataTable
      labelledBy={labelledBy}
      items={versions}
      columns={columns}
      rowKey={({ version }) => String(version)}
      testId={testId}
    />
  );
}
