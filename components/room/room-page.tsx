"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { readApiError } from "../lib/api-error";
import { isForGood } from "../lib/format";
import { useGuestSession } from "../lib/session";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { ActionLink } from "../ui/action";
import { Shimmer } from "../ui/shimmer";
import { SiteHeader } from "../ui/site-header";
import { ErrorPanel, StatePanel } from "../ui/state-panel";
import { NightStage } from "./night-stage";
import classes from "./room-page.module.css";
import { RoomView } from "./room-view";
import { useRoomSession } from "./session/use-room-session";

/** A live room from the first frame to every way it can end. */
export function RoomPage({ roomId, isProbablyPhone }: { roomId: string; isProbablyPhone: boolean }) {
  const t = useTranslations("room");
  const tCommon = useTranslations("common");
  const formats = useLocaleFormats();
  const me = useGuestSession();
  const session = useRoomSession(roomId, me ?? null);
  const { room, query } = session;

  function body() {
    if (!room) {
      if (query.isPending) return <RoomSkeleton roomId={roomId} />;
      if (readApiError(query.error).name === "NOT_FOUND") {
        return (
          <Closed title={t("notFound")} testId="room-not-found">
            {t("notFoundText")}
          </Closed>
        );
      }
      return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />;
    }
    if (room.restrictions.banned) {
      return (
        <Closed title={t("banned")} testId="room-banned">
          {t("bannedText")}
        </Closed>
      );
    }
    const { kickedUntil, kickReason } = room.restrictions;
    if (kickedUntil) {
      return (
        <Closed title={t("kicked")} testId="room-kicked">
          {isForGood(kickedUntil)
            ? t("kickedForGood")
            : t("kickedText", { until: formats.dateTime(kickedUntil) })}
          {kickReason ? (
            <span className={classes.reason}>{t("kickedReason", { reason: kickReason })}</span>
          ) : null}
        </Closed>
      );
    }
    return <RoomView room={room} me={me ?? null} session={session} isProbablyPhone={isProbablyPhone} />;
  }

  return (
    <div className={classes.page}>
      <a className="skip-link" href="#main">
        {tCommon("skipToContent")}
      </a>
      <div className={classes.header}>
        <SiteHeader />
      </div>
      <main id="main" className={classes.main} tabIndex={-1}>
        {body()}
      </main>
    </div>
  );
}

function Closed({ title, children, testId }: { title: string; children: ReactNode; testId: string }) {
  const t = useTranslations("room");
  return (
    <div className={classes.closed} role="alert">
      <StatePanel
        title={title}
        headingLevel={1}
        testId={testId}
        action={<ActionLink href="/">{t("toLobby")}</ActionLink>}
      >
        {children}
      </StatePanel>
    </div>
  );
}

/** The town is drawn from the id alone, so the first frame from the server is already the room. */
function RoomSkeleton({ roomId }: { roomId: string }) {
  const t = useTranslations("room");
  return (
    <div className={classes.skeleton} role="status" aria-label={t("loading")}>
      <div className={classes.skeletonVideo}>
        <NightStage roomId={roomId} anchor={null} isLive={false} />
      </div>
      <Shimmer className={classes.skeletonSide} />
    </div>
  );
}
