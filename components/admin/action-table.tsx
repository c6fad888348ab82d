"use client";

import { useTranslations } from "next-intl";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { type Column, DataTable } from "../ui/data-table";
import { TraceId } from "../ui/trace-id";
import classes from "./admin.module.css";

interface OperatorAct {
  action: string;
  /** As `kind:id`; left out where all are about one. */
  subject?: string;
  /** Null: the platform itself. */
  actorName: string | null;
  reason: string | null;
  traceId: string;
  at: string;
}

interface ActionTableProps {
  actions: readonly OperatorAct[];
  labelledBy: string;
  testId: string;
}

/** What operators did to somebody or something, with their reasons. Actions are named as in the audit log. */
export function ActionTable({ actions, labelledBy, testId }: ActionTableProps) {
  const t = useTranslations("adminCommon");
  const formats = useLocaleFormats();
  const columns: Column<OperatorAct>[] = [
    {
      key: "at",
      label: t("at"),
      isNowrap: true,
      renderCell: ({ at }) => <time dateTime={at}>{formats.dateTime(at)}</time>,
    },
    {
      key: "action",
      label: t("action"),
      isTitle: true,
      className: classes.mono,
      renderCell: ({ action }) => action,
    },
    { key: "by", label: t("by"), renderCell: ({ actorName }) => actorName ?? t("platform") },
    { key: "reason", label: t("reason"), renderCell: ({ reason }) => reason },
    { key: "trace", label: t("trace"), renderCell: ({ traceId }) => <TraceId traceId={traceId} /> },
  ];
  return (
    <DataTable
      labelledBy={labelledBy}
      items={actions}
      columns={columns}
      rowKey={({ at, traceId, action, subject }) => [at, traceId, action, subject].join("/")}
      testId={testId}
    />
  );
}
