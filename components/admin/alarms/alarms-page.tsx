"use client";

import { SegmentedControl } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Alarm } from "@/domain/contracts/alarms";
import { useTRPC } from "../../lib/trpc";
import { PagedList } from "../../ui/paged-list";
import { StatePanel } from "../../ui/state-panel";
import admin from "../admin.module.css";
import { ItemCards } from "../item-card";
import { AcknowledgeDialog } from "./acknowledge-dialog";
import { AlarmCard } from "./alarm-card";
import { RulesSection } from "./rules-section";

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
      <RulesSection />
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
  return (
    <>
      <PagedList
        query={alarms}
        loading={t("loading")}
        empty={<StatePanel title={t(all ? "none" : "noneOpen")} headingLevel={2} testId="alarms-empty" />}
      >
        {(items: readonly Alarm[]) => (
          <ItemCards testId="alarms">
            {items.map((alarm) => (
              <AlarmCard key={alarm.alarmId} alarm={alarm} onAcknowledge={() => setAcknowledging(alarm)} />
            ))}
          </ItemCards>
        )}
      </PagedList>
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
