"use client";

import { IconEye, IconTrophy, IconX } from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { memo } from "react";
import type { RoomDetail } from "@/domain/contracts/room";
import { nameTopics } from "@/domain/rules/topics";
import { FollowButton } from "../follow/follow-button";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { PersonAvatar } from "../ui/person-avatar";
import { Runtime } from "../ui/runtime";
import classes from "./room-heading.module.css";

/** Who is on, what it is called, how many are watching; over the top of the picture. `onTop` opens who gave most. */
export const RoomHeading = memo(function RoomHeading({
  room,
  onTop,
}: {
  room: RoomDetail;
  onTop?: () => void;
}) {
  const t = useTranslations("room");
  const formats = useLocaleFormats();
  return (
    <div className={classes.bar}>
      <div className={classes.who}>
        <PersonAvatar {...room.anchor} size={40} />
        <div className={classes.words}>
          <bdi className={classes.title}>{room.title}</bdi>
          <bdi className={classes.anchor}>{room.anchor.nickname}</bdi>
        </div>
        <FollowButton anchor={room.anchor} path={`/room/${room.roomId}`} />
      </div>
      <div className={classes.facts}>
        {room.isLive ? (
          <span className={classes.live} data-testid="live-badge">
            {t("live")}
            {room.startedAt ? <Runtime startedAt={room.startedAt} className={classes.runtime} /> : null}
          </span>
        ) : null}
        <span
          className={`${classes.chip} numeric`}
          data-testid="viewer-count"
          data-count={room.viewerCount}
          title={t("viewers", { count: room.viewerCount })}
        >
          <IconEye size={16} aria-hidden />
          <span aria-hidden>{formats.compact(room.viewerCount)}</span>
          <span className="visually-hidden">{t("viewers", { count: room.viewerCount })}</span>
        </span>
        <ul className={classes.tags} aria-label={t("tags")}>
          {nameTopics(room, formats.locale).map(({ topic, name, categoryId }) => (
            <li key={topic}>
              <Link
                href={categoryId ? `/?category=${categoryId}` : `/?tag=${encodeURIComponent(topic)}`}
                prefetch={false}
                className={classes.tag}
              >
                {name}
              </Link>
            </li>
          ))}
        </ul>
        {onTop ? (
          <button
            type="button"
            className={classes.top}
            aria-label={t("openTop")}
            data-testid="open-top"
            onClick={onTop}
          >
            <IconTrophy size={20} aria-hidden />
          </button>
        ) : null}
        <Link href="/" className={classes.close} aria-label={t("leave")}>
          <IconX size={20} aria-hidden />
        </Link>
      </div>
    </div>
  );
});
