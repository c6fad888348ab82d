"use client";

import { Button, SegmentedControl } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Alarm } from "@/server/contracts/alarms";
import { useTRPC } from "../../lib/trpc";
import { ErrorPanel, StatePanel } from "../../ui/state-panel";
import { ListSkeleton } from "../../wallet/list-skeleton";
import admin from "../admin.module.css";
import { AcknowledgeDialog } from "./acknowledge-dialog";
import { AlarmCard } from "./alarm-card";
import classes from "./alarms.module.css";

const REFRESH_MS = 5_000;

/** What the product wants a person to look at, and what was looked at before. */
export function AlarmsPage() {
  const t = useTranslations("admin.alarms");
  const [shown, setShown] = useState("open");
  return (
    <>
      <div className={admin.pageHead}>
        <h1 className={admin.title}>{t("title")}</h1>
        <p className={admin.hint}>{t("text")}</p>
      </div>
      <section className={admin.card} aria-label={t("title")}>
        <SegmentedControl
          value={shown}
          onChange={setShown}
          aria-label={t("show")}
          data={[
            { value: "open", label: t("open") },
            { value: "all", label: t("all") },
          ]}
        />
        <AlarmList all={shown === "all"} />
      </section>
    </>
  );
}

function AlarmList({ all }: { all: boolean }) {
  const t = useTranslations("admin.alarms");
  const trpc = useTRPC();
  const [acknowledging, setAcknowledging] = useState<Alarm | null>(null);
  const alarms = useInfiniteQuery(
    trpc.ops.alarms.infiniteQueryOptions(
      { all },
      {
        getNextPageParam: (page) => page.nextCursor ?? undefined,
        placeholderData: keepPreviousData,
        refetchInterval: REFRESH_MS,
      },
    ),
  );
  const items = alarms.data?.pages.flatMap((page) => page.items) ?? [];
  if (alarms.isPending) return <ListSkeleton label={t("loading")} />;
  if (alarms.isError && items.length === 0) {
    return <ErrorPanel error={alarms.error} onRetry={() => void alarms.refetch()} />;
  }
  return (
    <>
      {items.length === 0 ? (
        <StatePanel title={t(all ? "none" : "noneOpen")} headingLevel={2} testId="alarms-empty" />
      ) : (
        <ul className={classes.list} data-testid="alarms">
          {items.map((alarm) => (
            <AlarmCard key={alarm.alarmId} alarm={alarm} onAcknowledge={() => setAcknowledging(alarm)} />
          ))}
        </ul>
      )}
      {alarms.hasNextPage ? (
        <div>
          <Button
            variant="default"
            loading={alarms.isFetchingNextPage}
            onClick={() => void alarms.fetchNextPage()}
          >
            {t("loadMore")}
          </Button>
        </div>
      ) : null}
      {acknowledging ? (
        <AcknowledgeDialog
          key={acknowledging.alarmId}
          alarm={acknowledging}
          onClose={() => setAcknowledging(null)}
        />
      ) : null}
    </>
  );
}
