"use client";

import { useTranslations } from "next-intl";
import type { StepName, Trace, TraceSpan } from "@/domain/contracts/traces";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { TraceId } from "../../ui/trace-id";
import classes from "../admin.module.css";
import { SubjectRef } from "../subject-ref";
import way from "./traces.module.css";

const SECOND_MS = 1_000;

type Row = TraceSpan & { number: number; afterMs: number };

/** All steps of a trace as a table, with a bar in each row that says when it was and how long it took. */
export function TraceWay({ trace: { traceId, spans } }: { trace: Trace }) {
  const t = useTranslations("adminTraces");
  const formats = useLocaleFormats();
  const startMs = Math.min(...spans.map(({ startedAt }) => Date.parse(startedAt)));
  const rows: Row[] = spans.map((span, number) => ({
    ...span,
    number,
    afterMs: Date.parse(span.startedAt) - startMs,
  }));
  const wholeMs = Math.max(1, ...rows.map(({ afterMs, durationMs }) => afterMs + durationMs));
  const lasting = (ms: number) =>
    ms < SECOND_MS ? t("ms", { ms }) : t("seconds", { seconds: ms / SECOND_MS });
  const columns: Column<Row>[] = [
    {
      key: "step",
      label: t("step"),
      isTitle: true,
      renderCell: ({ name }) => t(`steps.${name satisfies StepName}`),
    },
    { key: "service", label: t("service"), className: classes.mono, renderCell: ({ service }) => service },
    {
      key: "when",
      label: t("startedAt"),
      isNowrap: true,
      renderCell: ({ startedAt }) => <time dateTime={startedAt}>{formats.fullDateTime(startedAt)}</time>,
    },
    {
      key: "after",
      label: t("after"),
      isEnd: true,
      isNowrap: true,
      renderCell: ({ afterMs }) => lasting(afterMs),
    },
    {
      key: "lasted",
      label: t("lasted"),
      isEnd: true,
      isNowrap: true,
      renderCell: ({ durationMs, isOpen }) =>
        isOpen ? `${lasting(durationMs)} · ${t("stillOpen")}` : durationMs > 0 ? lasting(durationMs) : "—",
    },
    {
      key: "bar",
      label: "",
      className: way.barCell,
      renderCell: ({ afterMs, durationMs, isOpen }) => (
        <span className={way.track} aria-hidden>
          <span
            className={way.bar}
            data-open={isOpen || undefined}
            style={{
              insetInlineStart: `calc((100% - 4px) * ${afterMs / wholeMs})`,
              inlineSize: `${(durationMs / wholeMs) * 100}%`,
            }}
          />
        </span>
      ),
    },
    {
      key: "details",
      label: t("details"),
      renderCell: ({ subject, facts }) => (
        <details className={way.details}>
          <summary>{t("details")}</summary>
          <SubjectRef subject={subject} facts={facts} />
          <dl className={`${way.facts} ${classes.mono}`}>
            {Object.entries(facts).map(([name, value]) =>
              value === null ? null : (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{String(value)}</dd>
                </div>
              ),
            )}
          </dl>
        </details>
      ),
    },
  ];
  return (
    <>
      <div className={classes.cardHead}>
        <h2 className={classes.cardTitle} id="trace-way">
          {t("way")}
        </h2>
        <span className={classes.hint}>
          {t("total", { steps: rows.length, services: new Set(rows.map(({ service }) => service)).size })} ·{" "}
          <TraceId traceId={traceId} />
        </span>
      </div>
      <DataTable
        labelledBy="trace-way"
        items={rows}
        columns={columns}
        rowKey={({ number }) => String(number)}
        rowProps={({ name, service }) => ({
          "data-testid": "trace-step",
          "data-step": name,
          "data-service": service,
        })}
        testId="trace-steps"
      />
    </>
  );
}
