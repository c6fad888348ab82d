"use client";

import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import type { AnchorApplicationEvent, AnchorLiveEvent } from "@/domain/contracts/events";
import { userChannelName } from "@/push/client/push-config";
import { usePush } from "@/push/client/use-push";
import { useTRPC } from "../lib/trpc";
import { useHandler } from "../lib/use-handler";

const SHOWN_MS = 12_000;

/**
 * Says that somebody whom I follow went live, with the way there, or that I may be an anchor, wherever I am. Shows nothing
 * itself.
 */
export function FollowNews({ userId }: { userId: string }) {
  const t = useTranslations("follow");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const push = usePush(userId);
  const application = useTranslations("application");
  const showDecision = useHandler(({ applicationId, status, reason }: AnchorApplicationEvent) => {
    // Who I am has changed with it.
    for (const queryKey of [trpc.session.pathKey(), trpc.me.pathKey()])
      void queryClient.invalidateQueries({ queryKey });
    const isApproved = status === "approved";
    notifications.show({
      id: applicationId,
      color: isApproved ? "green" : "vermilion",
      autoClose: false,
      title: application(isApproved ? "approvedNews" : "rejectedNews"),
      closeButtonProps: { "aria-label": t("dismiss") },
      message: (
        <Link href={isApproved ? "/studio" : "/account#anchor"} data-testid="application-news">
          <bdi>{reason}</bdi>
        </Link>
      ),
    });
  });
  useEffect(() => {
    if (!push) return;
    const { unsubscribe } = push.subscribe(userChannelName(userId), {
      onEvent: (name, data) => {
        if (name === "anchor.application") showDecision(data as AnchorApplicationEvent);
        if (name !== "anchor.live") return;
        const { anchorId, nickname, roomId, title } = data as AnchorLiveEvent;
        void queryClient.invalidateQueries({ queryKey: trpc.room.list.pathKey() });
        if (window.location.pathname === `/room/${roomId}`) return;
        const id = `live-${anchorId}`;
        notifications.show({
          id,
          color: "vermilion",
          autoClose: SHOWN_MS,
          title: t("wentLive", { name: nickname }),
          closeButtonProps: { "aria-label": t("dismiss") },
          message: (
            <Link href={`/room/${roomId}`} data-testid="went-live" onClick={() => notifications.hide(id)}>
              <bdi>{title}</bdi>
            </Link>
          ),
        });
      },
    });
    return unsubscribe;
  }, [push, userId, queryClient, trpc, t, showDecision]);
  return null;
}
