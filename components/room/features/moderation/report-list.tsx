"use client";

import { Button, Skeleton } from "@mantine/core";
import { IconFlag } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "../../../lib/trpc";
import { useNotifyError } from "../../../ui/use-notify-error";
import { isReportReason } from "./report-reasons";
import classes from "./restricted-list.module.css";

const REFRESH_MS = 10_000;

/** Messages of the room that people reported: deleted, or left as they are. */
export function ReportList({ roomId }: { roomId: string }) {
  const t = useTranslations("report");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const reports = useQuery(trpc.chat.reports.queryOptions({ roomId }, { refetchInterval: REFRESH_MS }));
  const decide = useMutation(
    trpc.chat.decideReport.mutationOptions({
      onError: useNotifyError(),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.chat.reports.pathKey() }),
    }),
  );
  if (reports.isPending) return <Skeleton height={44} />;
  const messages = reports.data?.items ?? [];
  if (messages.length === 0) return <p className={classes.empty}>{t("none")}</p>;
  return (
    <ul className={classes.list} data-testid="report-list">
      {messages.map(({ messageId, sender, text, reports: count, reasons }) => {
        const key = { roomId, senderId: sender.userId, messageId };
        return (
          <li key={`${sender.userId}/${messageId}`} className={classes.row} data-testid="report-row">
            <IconFlag size={18} aria-hidden className={classes.icon} />
            <span className={classes.words}>
              <bdi className={classes.name}>{sender.nickname}</bdi>
              <bdi>{text}</bdi>
              <span className={classes.terms}>
                {t("by", { count })}{" "}
                {reasons.map((reason) => (
                  <bdi key={reason}>{isReportReason(reason) ? t(`reasons.${reason}`) : reason} </bdi>
                ))}
              </span>
            </span>
            <span className={classes.buttons}>
              <Button
                size="compact-sm"
                disabled={decide.isPending}
                data-testid="report-remove"
                onClick={() => decide.mutate({ ...key, remove: true })}
              >
                {t("remove")}
              </Button>
              <Button
                size="compact-sm"
                variant="default"
                disabled={decide.isPending}
                data-testid="report-leave"
                onClick={() => decide.mutate({ ...key, remove: false })}
              >
                {t("leave")}
              </Button>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
