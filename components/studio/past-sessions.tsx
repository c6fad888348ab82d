"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { PastSession } from "@/domain/contracts/room";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { CoinAmount } from "../ui/coin";
import { type Column, DataTable } from "../ui/data-table";
import { PagedList } from "../ui/paged-list";
import classes from "./studio.module.css";
import { useWatchTime } from "./use-watch-time";

/** Streams that are over: how many watched, for how long, how many at most, and what was given. */
export function PastSessions() {
  const t = useTranslations("studio");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const sessions = useInfiniteQuery(
    trpc.room.sessions.infiniteQueryOptions({}, { getNextPageParam: (page) => page.nextCursor ?? undefined }),
  );
  const duration = useWatchTime();
  const number = (value: number | null) => (value === null ? "—" : formats.coins(value));
  const columns: Column<PastSession>[] = [
    {
      key: "at",
      label: t("pastStarted"),
      isNowrap: true,
      isTitle: true,
      renderCell: ({ startedAt }) => <time dateTime={startedAt}>{formats.dateTime(startedAt)}</time>,
    },
    { key: "title", label: t("roomTitle"), renderCell: ({ title }) => <bdi>{title}</bdi> },
    {
      key: "lasted",
      label: t("pastLasted"),
      isEnd: true,
      isNowrap: true,
      renderCell: ({ startedAt, endedAt }) => duration(Date.parse(endedAt) - Date.parse(startedAt)),
    },
    { key: "viewers", label: t("viewers"), isEnd: true, renderCell: ({ viewers }) => number(viewers) },
    {
      key: "peak",
      label: t("peakViewers"),
      isEnd: true,
      renderCell: ({ peakViewers }) => number(peakViewers),
    },
    {
      key: "watched",
      label: t("pastWatched"),
      isEnd: true,
      isNowrap: true,
      renderCell: ({ watchedSeconds }) => (watchedSeconds === null ? "—" : duration(watchedSeconds * 1_000)),
    },
    { key: "gifts", label: t("gifts"), isEnd: true, renderCell: ({ gifts }) => number(gifts) },
    {
      key: "coins",
      label: t("coins"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ coins }) => <CoinAmount>{formats.coins(coins)}</CoinAmount>,
    },
  ];
  return (
    <section className={classes.received} aria-labelledby="past-title">
      <h2 id="past-title" className={classes.sectionTitle}>
        {t("pastSessions")}
      </h2>
      <PagedList
        query={sessions}
        loading={t("pastLoading")}
        empty={<p className={classes.chartEmpty}>{t("noPast")}</p>}
      >
        {(items: readonly PastSession[]) => (
          <DataTable
            labelledBy="past-title"
            items={items}
            columns={columns}
            rowKey={({ sessionId }) => sessionId}
            rowProps={() => ({ "data-testid": "past-session" })}
            testId="past-sessions"
          />
        )}
      </PagedList>
    </section>
  );
}
