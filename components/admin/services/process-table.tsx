"use client";

import { Button } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { ServiceProcess } from "@/domain/contracts/services";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { ProcessStateText } from "./process-state-text";
import { useUnits } from "./use-units";

interface ProcessTableProps {
  processes: readonly ServiceProcess[];
  onOpen: (process: ServiceProcess) => void;
}

/** What runs, one line each: where, since when, and how it does. */
export function ProcessTable({ processes, onOpen }: ProcessTableProps) {
  const t = useTranslations("adminServices");
  const formats = useLocaleFormats();
  const units = useUnits();
  const columns: Column<ServiceProcess>[] = [
    { key: "name", label: t("service"), isTitle: true, renderCell: ({ name }) => <bdi>{name}</bdi> },
    {
      key: "state",
      label: t("state"),
      isFigure: true,
      renderCell: ({ state }) => <ProcessStateText state={state} />,
    },
    { key: "node", label: t("node"), renderCell: ({ node }) => <bdi>{node}</bdi> },
    { key: "version", label: t("version"), renderCell: ({ version }) => version },
    {
      key: "started",
      label: t("started"),
      isNowrap: true,
      renderCell: ({ startedAt }) => <time dateTime={startedAt}>{formats.dateTime(startedAt)}</time>,
    },
    {
      key: "loop",
      label: t("eventLoop"),
      isEnd: true,
      isNowrap: true,
      renderCell: ({ eventLoopP99Ms }) => units.milliseconds(eventLoopP99Ms),
    },
    {
      key: "lag",
      label: t("lag"),
      isEnd: true,
      isNowrap: true,
      renderCell: ({ lag }) => (lag ? units.seconds(lag.seconds) : null),
    },
    {
      key: "pools",
      label: t("pools"),
      isNowrap: true,
      renderCell: ({ pools }) => pools.map(({ name, busy, max }) => `${name} ${busy}/${max}`).join(" · "),
    },
    {
      key: "open",
      label: t("details"),
      isActing: true,
      renderCell: (process) => (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => onOpen(process)}
          aria-label={t("detailsOf", { name: process.name, node: process.node })}
          data-testid="process-open"
        >
          {t("details")}
        </Button>
      ),
    },
  ];
  return (
    <DataTable
      labelledBy="processes-title"
      items={processes}
      columns={columns}
      rowKey={({ processId }) => processId}
      rowProps={({ name, state, node }) => ({
        "data-testid": "process-row",
        "data-name": name,
        "data-node": node,
        "data-state": state,
      })}
      testId="processes-table"
    />
  );
}
