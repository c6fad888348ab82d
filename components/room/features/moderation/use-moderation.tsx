"use client";

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ChatMessage, RestrictionKind } from "@/domain/contracts/room";
import { useTRPC } from "../../../lib/trpc";
import { useNotifyError } from "../../../ui/use-notify-error";

export interface Person {
  userId: string;
  nickname: string;
}

const UNDO_SHOWN_MS = 10_000;

/** What moderators do in a room. Kicks and mutes can be undone for a while from the message that confirms them. */
export function useModeration(roomId: string) {
  const t = useTranslations("moderation");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const onError = useNotifyError();
  const onSettled = () =>
    void queryClient.invalidateQueries({ queryKey: trpc.room.restricted.queryKey({ roomId }) });
  const kick = useMutation(trpc.room.kick.mutationOptions({ onError, onSettled }));
  const mute = useMutation(trpc.room.mute.mutationOptions({ onError, onSettled }));
  const remove = useMutation(trpc.chat.remove.mutationOptions({ onError }));
  const putBack = useMutation(trpc.chat.restore.mutationOptions({ onError }));
  const setModerator = useMutation(
    trpc.room.setModerator.mutationOptions({
      onError,
      onSettled: () => {
        void queryClient.invalidateQueries({ queryKey: trpc.room.get.queryKey({ roomId }) });
        void queryClient.invalidateQueries({ queryKey: trpc.room.people.pathKey() });
      },
    }),
  );
  const hide = useMutation(trpc.chat.hide.mutationOptions({ onError }));
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
    terms: { minutes: number | undefined; reason: string; hideWords: boolean },
  ): void {
    const { userId } = person;
    const { minutes, reason, hideWords } = terms;
    const input = { roomId, userId, minutes, reason: reason || undefined };
    const onSuccess = () => offerUndo(kind, person);
    if (kind === "kick") kick.mutate({ ...input, hideWords }, { onSuccess });
    else mute.mutate(input, { onSuccess });
  }

  function offerUndo(kind: RestrictionKind, person: Person): void {
    const told = t(kind === "kick" ? "kicked" : "muted", { name: person.nickname });
    offer(`moderation-${person.userId}`, told, () => undo(kind, person));
  }

  /** Says what was done, with a button that undoes it for a while. */
  function offer(id: string, told: string, onUndo: () => void): void {
    notifications.hide(id);
    notifications.show({
      id,
      autoClose: UNDO_SHOWN_MS,
      message: (
        <span style={{ display: "flex", alignItems: "center", justifyContent: "space-between", gap: 12 }}>
          <span>{told}</span>
          <Button
            size="compact-sm"
            variant="light"
            data-testid="moderation-undo"
            onClick={() => {
              notifications.hide(id);
              onUndo();
            }}
          >
            {t("undo")}
          </Button>
        </span>
      ),
    });
  }

  /** Takes one message away. It leaves the page with the room's event, as for everybody else. Moderators can undo it. */
  function removeMessage(
    { sender, messageId }: Pick<ChatMessage, "sender" | "messageId">,
    reason: string,
    mayUndo: boolean,
  ): void {
    const message = { roomId, senderId: sender.userId, messageId };
    const onSuccess = () => {
      if (mayUndo) offer(`removed-${messageId}`, t("removed"), () => putBack.mutate(message));
      else notifications.show({ message: t("removed") });
    };
    remove.mutate({ ...message, reason: reason || undefined }, { onSuccess });
  }

  function appoint({ userId, nickname }: Person, on: boolean): void {
    const onSuccess = () =>
      notifications.show({ message: t(on ? "appointed" : "dismissed", { name: nickname }) });
    setModerator.mutate({ roomId, userId, on }, { onSuccess });
  }

  function hideWords({ userId, nickname }: Person, reason: string): void {
    hide.mutate(
      { roomId, userId, reason: reason || undefined },
      { onSuccess: () => notifications.show({ message: t("hidden", { name: nickname }) }) },
    );
  }

  return {
    removeMessage,
    hideWords,
    appoint,
    restrict,
    undo,
    isUndoing: restore.isPending || unmute.isPending,
  };
}
