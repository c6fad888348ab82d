"use client";

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { RestrictionKind } from "@/server/contracts/room";
import { useTRPC } from "../lib/trpc";
import { useNotifyError } from "../ui/use-notify-error";

export interface Person {
  userId: string;
  nickname: string;
}

const UNDO_SHOWN_MS = 10_000;

/** Kicks and mutes in a room; each can be undone for a while from the message that confirms it. */
export function useModeration(roomId: string) {
  const t = useTranslations("moderation");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const onError = useNotifyError();
  const onSettled = () =>
    void queryClient.invalidateQueries({ queryKey: trpc.room.restricted.queryKey({ roomId }) });
  const kick = useMutation(trpc.room.kick.mutationOptions({ onError, onSettled }));
  const mute = useMutation(trpc.room.mute.mutationOptions({ onError, onSettled }));
  const restore = useMutation(trpc.room.restore.mutationOptions({ onError, onSettled }));
  const unmute = useMutation(trpc.room.unmute.mutationOptions({ onError, onSettled }));

  function undo(kind: RestrictionKind, { userId, nickname }: Person): void {
    const mutation = kind === "kick" ? restore : unmute;
    mutation.mutate(
      { roomId, userId },
      {
        onSuccess: () =>
          notifications.show({
            id: `moderation-${userId}`,
            message: t(kind === "kick" ? "restored" : "unmuted", { name: nickname }),
          }),
      },
    );
  }

  function restrict(
    kind: RestrictionKind,
    person: Person,
    terms: { minutes: number | undefined; reason: string },
  ): void {
    const { userId, nickname } = person;
    const mutation = kind === "kick" ? kick : mute;
    const { minutes, reason } = terms;
    mutation.mutate(
      { roomId, userId, minutes, reason: reason || undefined },
      {
        onSuccess: () => {
          const id = `moderation-${userId}`;
          notifications.hide(id);
          notifications.show({
            id,
            autoClose: UNDO_SHOWN_MS,
            message: (
              <span
                style={{ display: "flex", alignItems: "center", justifyContent: "space-between", gap: 12 }}
              >
                <span>{t(kind === "kick" ? "kicked" : "muted", { name: nickname })}</span>
                <Button
                  size="compact-sm"
                  variant="light"
                  data-testid="moderation-undo"
                  onClick={() => {
                    notifications.hide(id);
                    undo(kind, person);
                  }}
                >
                  {t("undo")}
                </Button>
              </span>
            ),
          });
        },
      },
    );
  }

  return {
    restrict,
    undo,
    isUndoing: restore.isPending || unmute.isPending,
  };
}
