"use client";

import { skipToken, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import type { FoundTrace } from "@/domain/contracts/traces";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { ErrorPanel, StatePanel } from "../../ui/state-panel";
import { TraceId } from "../../ui/trace-id";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { SearchForm } from "../search-form";
import { SubjectRef } from "../subject-ref";
import { readTraceQuery } from "./trace-query";
import { TraceWay } from "./trace-way";

const REFRESH_MS = 3_000;

/** What became of one action, found by its trace or by the id of what it was about. */
export function TracesPage() {
  const t = useTranslations("adminTraces");
  const router = useRouter();
  const params = useSearchParams();
  const query = readTraceQuery(params);
  const q = params.get("q") ?? "";
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("title")}</h1>
        <p className={classes.hint}>{t("text")}</p>
      </div>
      <section className={classes.card} aria-label={t("title")}>
        <SearchForm
          key={`form/${q}`}
          label={t("search")}
          placeholder={t("placeholder")}
          submit={t("find")}
          initial={q}
          onSearch={(text) =>
            router.replace(`/admin/traces?q=${encodeURIComponent(text)}`, { scroll: false })
          }
        />
        {"traceId" in query ? <OneTrace key={query.traceId} traceId={query.traceId} /> : null}
        {"text" in query ? <Found key={query.text} text={query.text} /> : null}
      </section>
    </>
  );
}

function OneTrace({ traceId }: { traceId: string }) {
  const t = useTranslations("adminTraces");
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.ops.trace.queryOptions(
      { traceId },
      // As long as something of it goes on, there is more to come.
      {
        refetchInterval: ({ state }) => (state.data?.spans.some(({ isOpen }) => isOpen) ? REFRESH_MS : false),
      },
    ),
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <ListSkeleton label={t("loading")} />;
  if (data.spans.length === 0)
    return (
      <StatePanel title={t("none")} headingLevel={2} testId="trace-none">
        {t("noneText")}
      </StatePanel>
    );
  return <TraceWay trace={data} />;
}

function Found({ text }: { text: string }) {
  const t = useTranslations("adminTraces");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const { data, error, refetch } = useQuery(trpc.ops.traces.queryOptions(text ? { text } : skipToken));
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <ListSkeleton label={t("loading")} />;
  if (data.items.length === 0)
    return (
      <StatePanel title={t("noneFound")} headingLevel={2} testId="traces-none">
        {t("noneFoundText")}
      </StatePanel>
    );
  const columns: Column<FoundTrace>[] = [
    { key: "kind", label: t("kind"), isTitle: true, renderCell: ({ kind }) => t(`kinds.${kind}`) },
    {
      key: "at",
      label: t("at"),
      isNowrap: true,
      renderCell: ({ at }) => (at ? <time dateTime={at}>{formats.fullDateTime(at)}</time> : null),
    },
    {
      key: "subject",
      label: t("subject"),
      renderCell: ({ subject }) => <SubjectRef subject={subject} facts={{}} />,
    },
    { key: "trace", label: t("trace"), renderCell: ({ traceId }) => <TraceId traceId={traceId} /> },
    {
      key: "open",
      label: t("open"),
      isActing: true,
      renderCell: ({ traceId }) => (
        <Link className={classes.link} href={`/admin/traces?q=${traceId}`} data-testid="trace-open">
          {t("open")}
        </Link>
      ),
    },
  ];
  return (
    <DataTable
      label={t("found")}
      items={data.items}
      columns={columns}
      rowKey={({ subject, traceId }) => `${subject}/${traceId}`}
      rowProps={({ traceId }) => ({ "data-testid": "found-trace", "data-trace-id": traceId })}
      testId="found-traces"
    />
  );
}
