"use client";

import { Select, Slider, Switch } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { RoomSettings } from "@/server/contracts/room";
import { useTRPC } from "../lib/trpc";
import { useNotifyError } from "../ui/use-notify-error";
import classes from "./studio.module.css";

const SLOW_MODES = [0, 3, 5, 10, 30, 60, 120] as const;
const CHAT_PER_SECOND = { min: 1, max: 100 };

/** How the room treats its viewers; each change holds at once. */
export function RoomSettingsCard({ roomId, settings }: { roomId: string; settings: RoomSettings }) {
  const t = useTranslations("roomSettings");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notifyError = useNotifyError();
  const roomKey = trpc.room.get.queryKey({ roomId });
  const show = (changes: Partial<RoomSettings>) =>
    queryClient.setQueryData(roomKey, (room) =>
      room ? { ...room, settings: { ...room.settings, ...changes } } : room,
    );
  const update = useMutation(
    trpc.room.updateSettings.mutationOptions({
      onMutate: ({ roomId: _, chatPerSecond, ...changes }) =>
        show(chatPerSecond ? { ...changes, chatPerSecond } : changes),
      onSuccess: (saved) => show(saved),
      onError: (error) => {
        notifyError(error);
        void queryClient.invalidateQueries({ queryKey: roomKey });
      },
    }),
  );
  const change = (changes: Partial<RoomSettings>) => update.mutate({ roomId, ...changes });
  const [dragged, setDragged] = useState<number | null>(null);
  const slowMode = settings.slowModeSeconds;
  const slowModes = [...new Set([...SLOW_MODES, slowMode])].sort((a, b) => a - b);
  return (
    <section className={classes.card} aria-labelledby="settings-title" data-testid="room-settings">
      <h2 id="settings-title" className={classes.cardTitle}>
        {t("title")}
      </h2>
      <Select
        label={t("slowMode")}
        description={t("slowModeHint")}
        data={slowModes.map((seconds) => ({
          value: String(seconds),
          label: seconds === 0 ? t("off") : t("seconds", { seconds }),
        }))}
        value={String(slowMode)}
        allowDeselect={false}
        data-testid="slow-mode"
        onChange={(value) => value !== null && change({ slowModeSeconds: Number(value) })}
      />
      <div>
        <span className={classes.fieldLabel} id="chat-rate-label">
          {t("chatRate", { perSecond: dragged ?? settings.chatPerSecond })}
        </span>
        <p className={classes.fieldHint}>{t("chatRateHint")}</p>
        <Slider
          {...CHAT_PER_SECOND}
          thumbProps={{ "aria-labelledby": "chat-rate-label" }}
          label={null}
          value={dragged ?? settings.chatPerSecond}
          onChange={setDragged}
          onChangeEnd={(chatPerSecond) => {
            setDragged(null);
            change({ chatPerSecond });
          }}
        />
      </div>
      <Switch
        label={t("guestsMayChat")}
        checked={settings.guestsMayChat}
        data-testid="guests-may-chat"
        onChange={(event) => change({ guestsMayChat: event.currentTarget.checked })}
      />
      <Switch
        label={t("topIsPublic")}
        description={t("topIsPublicHint")}
        checked={settings.topIsPublic}
        data-testid="top-is-public"
        onChange={(event) => change({ topIsPublic: event.currentTarget.checked })}
      />
    </section>
  );
}
