"use client";

import { Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { LIVE_EVERY_MS, type LivePoint } from "@/domain/rules/live-figures";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { ErrorPanel } from "../../ui/state-panel";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import type { LiveName } from "./live-chart";
import own from "./live-figures.module.css";
import { type LiveMinute, sumMinutes } from "./sum-minutes";

const CHART_PX = 190;
const MINUTES_SHOWN = 5;
const NAMES: readonly LiveName[] = ["gifts", "coins", "waiting", "errors", "viewers"];

const LiveChart = lazyPart(() => import("./live-chart").then((m) => m.LiveChart));

/** What happens on the platform, every few seconds; it stands still for whoever wants to read. */
export function LiveFigures() {
  const t = useTranslations("admin.live");
  const trpc = useTRPC();
  const [isLive, setIsLive] = useState(true);
  const { data, error, refetch } = useQuery(
    trpc.ops.live.queryOptions(undefined, {
      refetchInterval: isLive ? LIVE_EVERY_MS : false,
      enabled: (query) => isLive || query.state.data === undefined,
    }),
  );
  return (
    <section aria-labelledby="live-title" className={own.section} data-testid="live-figures">
      <div className={classes.cardHead}>
        <h2 id="live-title" className={classes.cardTitle}>
          {t("title")}
        </h2>
        <Switch
          checked={isLive}
          onChange={({ currentTarget }) => setIsLive(currentTarget.checked)}
          label={t("moving")}
          data-testid="live-moving"
        />
      </div>
      {error && !data ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <ListSkeleton label={t("loading")} rows={10} /> : null}
      {data?.points.length === 0 ? <p className={classes.hint}>{t("none")}</p> : null}
      {data && data.points.length > 0 ? (
        <div className={own.charts}>
          {NAMES.map((name) => (
            <LiveCard key={name} name={name} points={data.points} />
          ))}
        </div>
      ) : null}
    </section>
  );
}

function LiveCard({ name, points }: { name: LiveName; points: readonly LivePoint[] }) {
  const t = useTranslations("admin.live");
  const formats = useLocaleFormats();
  const titleId = `live-${name}`;
  const latest = points.at(-1);
  const text = (value: number | null | undefined) =>
    value === null || value === undefined ? "—" : formats.coins(value);
  const columns: Column<LiveMinute>[] = [
    {
      key: "at",
      label: t("minute"),
      isTitle: true,
      isNowrap: true,
      renderCell: ({ at }) => <time dateTime={at}>{formats.clock(at)}</time>,
    },
    { key: "average", label: t("average"), isEnd: true, renderCell: ({ average }) => text(average) },
    { key: "highest", label: t("highest"), isEnd: true, renderCell: ({ highest }) => text(highest) },
  ];
  return (
    <section className={classes.card} aria-labelledby={titleId} data-testid={`live-${name}`}>
      <div className={own.head}>
        <h3 id={titleId} className={classes.tileLabel}>
          {t(`names.${name}`)}
        </h3>
        <span className={`${classes.tileValue} numeric`}>{text(latest?.[name])}</span>
        {name === "waiting" ? (
          <span className={classes.tileNote}>
            {t("oldest", { seconds: Math.round((latest?.oldestMs ?? 0) / 1_000) })}
          </span>
        ) : null}
      </div>
      <div style={{ height: CHART_PX }}>
        <LiveChart
          name={name}
          label={t(`names.${name}`)}
          points={points}
          heightPx={CHART_PX}
          formatTime={formats.clock}
          formatValue={formats.coins}
          formatAxis={formats.compact}
        />
      </div>
      <DataTable
        labelledBy={titleId}
        items={sumMinutes(points, name, MINUTES_SHOWN)}
        columns={columns}
        rowKey={({ at }) => at}
        testId={`live-table-${name}`}
      />
    </section>
  );
}
