"use client";

import { Select, Slider, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useState } from "react";
import type { RoomSettings } from "@/domain/contracts/room";
import { STREAM_URL_LENGTH_MAX } from "@/domain/rules/media-hosts";
import { useTRPC } from "../lib/trpc";
import { useNotifyError } from "../ui/use-notify-error";
import classes from "./room-settings-card.module.css";
import studio from "./studio.module.css";

const SLOW_MODES = [0, 3, 5, 10, 30, 60, 120] as const;
/** For how many minutes one has to follow. */
const FOLLOWERS_ONLY: readonly (number | null)[] = [null, 0, 10, 60, 1_440, 10_080];
const CHAT_PER_SECOND = { min: 1, max: 100 };

/** How the room treats its viewers; each change holds at once. */
export function RoomSettingsCard({
  roomId,
  settings,
  streamUrl,
}: {
  roomId: string;
  settings: RoomSettings;
  streamUrl: string | null;
}) {
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
      onMutate: ({ roomId: _, streamUrl: __, chatPerSecond, ...changes }) =>
        show(chatPerSecond ? { ...changes, chatPerSecond } : changes),
      onSuccess: (saved, { streamUrl: url }) => {
        show(saved);
        if (url !== undefined)
          queryClient.setQueryData(roomKey, (room) => (room ? { ...room, streamUrl: url } : room));
      },
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
  const followers = settings.followersOnlyMinutes;
  const followerTimes = FOLLOWERS_ONLY.includes(followers) ? FOLLOWERS_ONLY : [...FOLLOWERS_ONLY, followers];
  const nameFollowers = (minutes: number | null) =>
    minutes === null ? t("off") : minutes === 0 ? t("anyFollower") : t("followersFor", { minutes });
  return (
    <section className={studio.card} aria-labelledby="settings-title" data-testid="room-settings">
      <h2 id="settings-title" className={studio.cardTitle}>
        {t("title")}
      </h2>
      <StreamUrlInput saved={streamUrl} onSave={(url) => update.mutate({ roomId, streamUrl: url })} />
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
      <Select
        label={t("followersOnly")}
        description={t("followersOnlyHint")}
        data={followerTimes.map((minutes) => ({ value: String(minutes), label: nameFollowers(minutes) }))}
        value={String(followers)}
        allowDeselect={false}
        data-testid="followers-only"
        onChange={(value) =>
          value !== null && change({ followersOnlyMinutes: value === "null" ? null : Number(value) })
        }
      />
      <Switch
        label={t("linksAllowed")}
        description={t("linksAllowedHint")}
        checked={settings.linksAllowed}
        data-testid="links-allowed"
        onChange={(event) => change({ linksAllowed: event.currentTarget.checked })}
      />
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

/** Where the picture comes from; saved when left or by Enter, once it is an address that can be played. */
function StreamUrlInput({ saved, onSave }: { saved: string | null; onSave: (url: string | null) => void }) {
  const t = useTranslations("roomSettings");
  const [typed, setTyped] = useState<string | null>(null);
  const text = (typed ?? saved ?? "").trim();
  const isFit = text === "" || (URL.canParse(text) && new URL(text).protocol === "https:");
  const save = () => {
    if (typed === null || !isFit) return;
    setTyped(null);
    if (text !== (saved ?? "")) onSave(text === "" ? null : text);
  };
  return (
    <TextInput
      label={t("streamUrl")}
      description={t("streamUrlHint")}
      placeholder="https://cdn.example/live/room.m3u8"
      inputMode="url"
      maxLength={STREAM_URL_LENGTH_MAX}
      value={typed ?? saved ?? ""}
      error={isFit ? null : t("streamUrlWrong")}
      data-testid="stream-url"
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event: KeyboardEvent) => event.key === "Enter" && save()}
    />
  );
}
