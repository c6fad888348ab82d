"use client";

import { Button } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { ReportedMessage } from "@/domain/contracts/chat-reports";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { isReportReason } from "../../room/features/moderation/report-reasons";
import { PagedList } from "../../ui/paged-list";
import { StatePanel } from "../../ui/state-panel";
import admin from "../admin.module.css";
import { ItemCard, ItemCards } from "../item-card";
import { DecideReportDialog } from "./decide-report-dialog";

const REFRESH_MS = 10_000;

/** Messages that people reported, in every room, those that wait longest first. */
export function ReportsPage() {
  const t = useTranslations("adminReports");
  const trpc = useTRPC();
  const [deciding, setDeciding] = useState<{ message: ReportedMessage; remove: boolean } | null>(null);
  const reports = useInfiniteQuery(
    trpc.chat.reports.infiniteQueryOptions(
      {},
      {
        getNextPageParam: (page) => page.nextCursor ?? undefined,
        placeholderData: keepPreviousData,
        refetchInterval: REFRESH_MS,
      },
    ),
  );
  return (
    <>
      <div className={admin.pageHead}>
        <h1 className={admin.title}>{t("title")}</h1>
        <p className={admin.hint}>{t("text")}</p>
      </div>
      <section className={admin.card} aria-label={t("title")}>
        <PagedList
          query={reports}
          loading={t("loading")}
          empty={
            <StatePanel title={t("none")} headingLevel={2} testId="reports-none">
              {t("noneText")}
            </StatePanel>
          }
        >
          {(items: readonly ReportedMessage[]) => (
            <ItemCards testId="reports">
              {items.map((message) => (
                <ReportCard
                  key={`${message.sender.userId}/${message.messageId}`}
                  message={message}
                  onDecide={(remove) => setDeciding({ message, remove })}
                />
              ))}
            </ItemCards>
          )}
        </PagedList>
      </section>
      {deciding ? <DecideReportDialog {...deciding} onClose={() => setDeciding(null)} /> : null}
    </>
  );
}

interface ReportCardProps {
  message: ReportedMessage;
  onDecide: (remove: boolean) => void;
}

function ReportCard({ message, onDecide }: ReportCardProps) {
  const t = useTranslations("adminReports");
  const report = useTranslations("report");
  const formats = useLocaleFormats();
  const { sender, room, text, reports, reasons, reportedAt, messageId } = message;
  return (
    <ItemCard
      tone="waiting"
      title={<bdi>{text}</bdi>}
      aside={<time dateTime={reportedAt}>{formats.dateTime(reportedAt)}</time>}
      itemProps={{ "data-testid": "report-card", "data-message-id": messageId }}
      actions={
        <>
          <Button size="compact-sm" onClick={() => onDecide(true)} data-testid="report-remove">
            {report("remove")}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onDecide(false)}
            data-testid="report-leave"
          >
            {report("leave")}
          </Button>
        </>
      }
    >
      <p className={admin.hint}>
        <Link className={admin.link} href={`/admin/users?userId=${sender.userId}`}>
          <bdi>{sender.nickname}</bdi>
        </Link>
        {" · "}
        <Link className={admin.link} href={`/admin/rooms?q=${room.roomId}`}>
          <bdi>{room.title}</bdi>
        </Link>
        {" · "}
        {report("by", { count: reports })}{" "}
        {reasons.map((reason) => (
          <bdi key={reason}>{isReportReason(reason) ? report(`reasons.${reason}`) : reason} </bdi>
        ))}
      </p>
      {sender.userId === room.anchor.userId ? <p className={admin.hint}>{t("ofTheAnchor")}</p> : null}
    </ItemCard>
  );
}
