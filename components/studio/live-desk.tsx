"use client";

import { Button, Skeleton } from "@mantine/core";
import { IconExternalLink, IconPlayerStop } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { startTransition, useCallback, useState } from "react";
import type { RoomDetail } from "@/domain/contracts/room";
import { nameTopics } from "@/domain/rules/topics";
import { lazyPart } from "../lib/lazy-part";
import { useTRPC } from "../lib/trpc";
import { ConnectionPill } from "../room/connection-pill";
import type { ModerationTarget } from "../room/features/moderation/powers";
import { TopBoard } from "../room/features/top/top-board";
import { useRoom } from "../room/session/use-room";
import { Modal } from "../ui/modal";
import { Runtime } from "../ui/runtime";
import { ErrorPanel } from "../ui/state-panel";
import { useNotifyError } from "../ui/use-notify-error";
import { WhenSeen } from "../ui/when-seen";
import { ActivityFeed } from "./activity-feed";
import classes from "./live-desk.module.css";
import { RevenueTiles } from "./revenue-tiles";
import { SessionTiles } from "./session-tiles";
import studio from "./studio.module.css";

const CoinsChart = lazyPart(() => import("./coins-chart").then((m) => m.CoinsChart), {
  loading: () => <Skeleton height={180} />,
});
const GoLiveForm = lazyPart(() => import("./go-live-form").then((m) => m.GoLiveForm), {
  loading: () => <Skeleton height={420} radius="lg" />,
});
const RoomSettingsCard = lazyPart(() => import("./room-settings-card").then((m) => m.RoomSettingsCard), {
  loading: () => <Skeleton height={430} radius="lg" />,
});
const CoverCard = lazyPart(() => import("../picture/cover-card").then((m) => m.CoverCard), {
  loading: () => <Skeleton height={210} radius="lg" />,
});
const ModerationDialog = lazyPart(() =>
  import("../room/features/moderation/moderation-dialog").then((m) => m.ModerationDialog),
);
const ModeratorPanel = lazyPart(
  () => import("../room/features/moderation/moderator-panel").then((m) => m.ModeratorPanel),
  { loading: () => <Skeleton height={90} /> },
);
const CHART_PX = 190;
const STATS_LIVE_MS = 3_000;
const STATS_CLOSED_MS = 30_000;

/** The desk of a room that is known: live or just closed. */
export function LiveDesk({ roomId, anchor }: { roomId: string; anchor: { userId: string } }) {
  const t = useTranslations("studio");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { room, query, timeline, connection, replayed } = useRoom({
    roomId,
    userId: anchor.userId,
    onEvents: () => {},
    onEarningsUpdated: () => {
      void queryClient.invalidateQueries({ queryKey: trpc.finance.summary.queryKey() });
    },
  });
  const [picked, setPicked] = useState<ModerationTarget | null>(null);
  const pick = useCallback((target: ModerationTarget) => startTransition(() => setPicked(target)), []);
  const live = room?.isLive ?? false;
  const stats = useQuery(
    trpc.room.stats.queryOptions({ roomId }, { refetchInterval: live ? STATS_LIVE_MS : STATS_CLOSED_MS }),
  );
  if (!room) {
    return query.isPending ? (
      <Skeleton height="100dvh" radius="lg" />
    ) : (
      <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  return (
    <div className={classes.desk}>
      <div className={classes.column}>
        {live ? <OnAir room={room} /> : <GoLiveForm initial={room} onOpened={() => void query.refetch()} />}
        <SessionTiles stats={stats.data} viewers={room.viewerCount} live={live} />
        <section className={studio.card} aria-labelledby="restricted-title">
          <h2 id="restricted-title" className={studio.cardTitle}>
            {t("restricted")}
          </h2>
          <ModeratorPanel roomId={roomId} onPick={pick} />
        </section>
      </div>
      <div className={classes.column}>
        <RevenueTiles live={live} />
        <section className={studio.card} aria-labelledby="coins-chart-title">
          <h2 id="coins-chart-title" className={studio.cardTitle}>
            {t("coinsPerMinute")}
          </h2>
          {stats.data && stats.data.series.length > 0 ? (
            <WhenSeen heightPx={CHART_PX}>
              <CoinsChart series={stats.data.series} nowMs={stats.dataUpdatedAt} heightPx={CHART_PX} />
            </WhenSeen>
          ) : (
            <p className={studio.chartEmpty}>{live ? t("chartWaiting") : t("chartClosed")}</p>
          )}
        </section>
        <section className={studio.card} aria-labelledby="top-title">
          <h2 id="top-title" className={studio.cardTitle}>
            {t("top")}
          </h2>
          <TopBoard roomId={roomId} myId={anchor.userId} live={live} />
        </section>
      </div>
      <div className={classes.feedColumn}>
        <ConnectionPill connection={connection} replayed={replayed} />
        <ActivityFeed timeline={timeline} myId={anchor.userId} onPick={pick} />
        <RoomSettingsCard roomId={roomId} settings={room.settings} streamUrl={room.streamUrl} />
        <CoverCard roomId={roomId} coverUrl={room.coverUrl} />
      </div>
      <ModerationDialog
        roomId={roomId}
        target={picked}
        me={{ userId: anchor.userId, role: "anchor" }}
        ranks={{ anchorId: anchor.userId, moderatorIds: room.moderatorIds }}
        onClose={() => setPicked(null)}
      />
    </div>
  );
}

function OnAir({ room }: { room: RoomDetail }) {
  const locale = useLocale();
  const t = useTranslations("studio");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notifyError = useNotifyError();
  const close = useMutation(
    trpc.room.close.mutationOptions({
      onSettled: () =>
        void queryClient.invalidateQueries({ queryKey: trpc.room.get.queryKey({ roomId: room.roomId }) }),
      onError: notifyError,
    }),
  );
  const [asking, setAsking] = useState(false);
  return (
    <section className={studio.card} aria-labelledby="on-air-title" data-testid="on-air">
      <div className={classes.onAirTop}>
        <span className={classes.onAir}>{t("onAir")}</span>
        {room.startedAt ? <Runtime startedAt={room.startedAt} /> : null}
      </div>
      <h2 id="on-air-title" className={classes.roomTitle}>
        {room.title}
      </h2>
      <ul className={classes.tagList} aria-label={t("tags")}>
        {nameTopics(room, locale).map(({ topic, name }) => (
          <li key={topic}>{name}</li>
        ))}
      </ul>
      <div className={classes.actions}>
        <Button
          component={Link}
          href={`/room/${room.roomId}`}
          target="_blank"
          variant="default"
          rightSection={<IconExternalLink size={16} aria-hidden />}
          data-testid="open-my-room"
        >
          {t("openRoom")}
        </Button>
        <Button
          variant="outline"
          color="vermilion"
          leftSection={<IconPlayerStop size={18} aria-hidden />}
          loading={close.isPending}
          onClick={() => setAsking(true)}
          data-testid="close-room"
        >
          {t("close")}
        </Button>
      </div>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("closeTitle")}
        centered
        closeButtonProps={{ "aria-label": t("keepLive") }}
      >
        <p className={studio.modalText}>{t("closeText")}</p>
        <div className={studio.modalActions}>
          <Button variant="default" onClick={() => setAsking(false)} data-autofocus>
            {t("keepLive")}
          </Button>
          <Button
            data-testid="close-room-confirm"
            onClick={() => {
              setAsking(false);
              close.mutate({ roomId: room.roomId });
            }}
          >
            {t("closeConfirm")}
          </Button>
        </div>
      </Modal>
    </section>
  );
}
