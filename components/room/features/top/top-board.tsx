"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { RoomTop, TopItem, TopWindow } from "@/domain/contracts/room";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";
import { useTRPC } from "../../../lib/trpc";
import { useLocaleFormats } from "../../../lib/use-locale-formats";
import { CoinAmount } from "../../../ui/coin";
import { PersonAvatar } from "../../../ui/person-avatar";
import { Shimmer } from "../../../ui/shimmer";
import { ErrorPanel } from "../../../ui/state-panel";
import classes from "./top-board.module.css";

const WINDOWS: readonly TopWindow[] = ["session", "day", "week", "all"];
/** The session's board also comes by push; this keeps one's own place and the others fresh. */
const REFRESH_MS = 15_000;

interface TopBoardProps {
  roomId: string;
  myId: string | null;
  live: boolean;
}

/** Who gave most in a room, by session, day, week and ever, with one's own place below. */
export function TopBoard({ roomId, myId, live }: TopBoardProps) {
  const t = useTranslations("top");
  const trpc = useTRPC();
  const [window, setWindow] = useState<TopWindow>(live ? "session" : "week");
  const query = useQuery(trpc.room.top.queryOptions({ roomId, window }, { refetchInterval: REFRESH_MS }));
  return (
    <div className={classes.board} data-testid="top-board">
      <div className={classes.windows} role="group" aria-label={t("period")}>
        {WINDOWS.map((value) => (
          <button
            key={value}
            type="button"
            className={classes.window}
            aria-pressed={value === window}
            data-testid={`top-window-${value}`}
            onClick={() => setWindow(value)}
          >
            {t(`windows.${value}`)}
          </button>
        ))}
      </div>
      {query.isPending ? (
        <Shimmer className={classes.loading} />
      ) : query.data ? (
        <Ranking top={query.data} myId={myId} />
      ) : (
        <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data && !isHidden(query.data) && (window === "day" || window === "week") ? (
        <p className={classes.note} data-testid="top-resets">
          {t(`resets.${window}`, { hours: CALENDAR_UTC_OFFSET_MINUTES / 60 })}
        </p>
      ) : null}
    </div>
  );
}

const isHidden = (top: RoomTop) => !top.isPublic && top.items.length === 0;

function Ranking({ top, myId }: { top: RoomTop; myId: string | null }) {
  const t = useTranslations("top");
  if (isHidden(top)) return <p className={classes.empty}>{t("hidden")}</p>;
  if (top.items.length === 0) {
    return <p className={classes.empty}>{t(top.window === "session" ? "emptySession" : "empty")}</p>;
  }
  const isMe = (item: TopItem) => item.userId !== null && item.userId === myId;
  const shownMe = top.items.some(isMe);
  return (
    <>
      {top.isPublic ? null : <p className={classes.note}>{t("onlyYou")}</p>}
      <ol className={classes.list} data-testid="top-list">
        {top.items.map((item) => (
          <Row key={item.rank} item={item} isMe={isMe(item)} />
        ))}
      </ol>
      {top.me && !shownMe ? (
        <p className={classes.me} data-testid="top-me">
          {t("myPlace", { rank: top.me.rank, coins: top.me.coins })}
        </p>
      ) : null}
    </>
  );
}

function Row({ item, isMe }: { item: TopItem; isMe: boolean }) {
  const t = useTranslations("top");
  const formats = useLocaleFormats();
  const name = item.nickname || t("anonymous");
  return (
    <li className={classes.row} data-me={isMe} data-testid="top-row">
      <span className={`${classes.rank} numeric`} data-rank={item.rank}>
        {item.rank}
      </span>
      <PersonAvatar userId={item.userId ?? "anonymous"} nickname={name} size={28} />
      <span className={classes.name}>{name}</span>
      <CoinAmount label={t("coinsSpoken", { coins: item.coins })}>{formats.coins(item.coins)}</CoinAmount>
    </li>
  );
}
