"use client";

import { Button, Skeleton } from "@mantine/core";
import { IconHourglass } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ChatMessage } from "@/domain/contracts/room";
import { useTRPC } from "../../../lib/trpc";
import { useNotifyError } from "../../../ui/use-notify-error";
import classes from "./restricted-list.module.css";

const REFRESH_MS = 5_000;

/** Messages that wait for somebody who moderates, the oldest first: shown to everybody, or deleted. */
export function HeldList({ roomId }: { roomId: string }) {
  const t = useTranslations("moderation");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const held = useQuery(trpc.chat.held.queryOptions({ roomId }, { refetchInterval: REFRESH_MS }));
  const decide = useMutation(
    trpc.chat.decideHeld.mutationOptions({
      onError: useNotifyError(),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.chat.held.queryKey({ roomId }) }),
    }),
  );
  if (held.isPending) return <Skeleton height={44} />;
  const messages = held.data ?? [];
  if (messages.length === 0) return <p className={classes.empty}>{t("nothingWaits")}</p>;
  const decideOn = ({ messageId, sender }: ChatMessage, show: boolean) =>
    decide.mutate({ roomId, senderId: sender.userId, messageId, show });
  return (
    <ul className={classes.list} data-testid="held-list">
      {messages.map((message) => (
        <li
          key={`${message.sender.userId}/${message.messageId}`}
          className={classes.row}
          data-testid="held-row"
        >
          <IconHourglass size={18} aria-hidden className={classes.waits} />
          <span className={classes.words}>
            <bdi className={classes.name}>{message.sender.nickname}</bdi>
            <bdi className={classes.terms}>{message.text}</bdi>
          </span>
          <span className={classes.buttons}>
            <Button
              size="compact-sm"
              disabled={decide.isPending}
              data-testid="held-show"
              onClick={() => decideOn(message, true)}
            >
              {t("showHeld")}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              disabled={decide.isPending}
              data-testid="held-remove"
              onClick={() => decideOn(message, false)}
            >
              {t("removeHeld")}
            </Button>
          </span>
        </li>
      ))}
    </ul>
  );
}
