"use client";

import { IconEye, IconHeartFilled, IconSparkles } from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { RoomCard, RoomReason } from "@/domain/contracts/room";
import { nameTopics, topicName } from "@/domain/rules/topics";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { CoverArt } from "../ui/cover-art";
import { PersonAvatar } from "../ui/person-avatar";
import { RetriedImage } from "../ui/retried-image";
import { Shimmer } from "../ui/shimmer";
import { RainBadge } from "./rain-badge";
import classes from "./room-card.module.css";

export function RoomCardLink({ room }: { room: RoomCard }) {
  const t = useTranslations("lobby");
  const follow = useTranslations("follow");
  const formats = useLocaleFormats();
  return (
    <Link
      href={`/room/${room.roomId}`}
      className={classes.card}
      data-testid="room-card"
      data-room-id={room.roomId}
    >
      <div className={classes.cover}>
        {room.coverUrl ? (
          <RetriedImage
            src={room.coverUrl}
            alt=""
            loading="lazy"
            className={classes.picture}
            fallback={<CoverArt seed={room.roomId} className={classes.picture} />}
          />
        ) : (
          <CoverArt seed={room.roomId} className={classes.picture} />
        )}
        <span className={classes.live}>
          <span className={classes.bars} aria-hidden>
            <i />
            <i />
            <i />
          </span>
          {t("liveBadge")}
        </span>
        <span className={`${classes.viewers} numeric`}>
          <IconEye size={15} aria-hidden />
          <span aria-hidden>{formats.compact(room.viewerCount)}</span>
          <span className="visually-hidden">{t("viewers", { count: room.viewerCount })}</span>
        </span>
        {room.rain ? <RainBadge rain={room.rain} /> : null}
      </div>
      <div className={classes.info}>
        <PersonAvatar {...room.anchor} size={40} />
        <div className={classes.words}>
          <span className={classes.title}>{room.title}</span>
          <span className={classes.anchor}>
            {room.isFollowed ? (
              <span className={classes.followed} title={follow("followed")} data-testid="followed-mark">
                <IconHeartFilled size={13} aria-hidden />
                <span className="visually-hidden">{follow("followed")}</span>
              </span>
            ) : null}
            {room.anchor.nickname}
          </span>
          {room.reason ? <Reason reason={room.reason} /> : null}
          <span className={classes.tags}>
            {nameTopics(room, formats.locale)
              .slice(0, 3)
              .map(({ topic, name }) => (
                <span key={topic} className={classes.tag}>
                  {name}
                </span>
              ))}
          </span>
        </div>
      </div>
    </Link>
  );
}

/** Why it stands where it does in one's own order. */
function Reason({ reason }: { reason: RoomReason }) {
  const t = useTranslations("lobby.reasons");
  const { locale } = useLocaleFormats();
  const tags = {
    tag: "tag" in reason ? topicName(reason.tag, locale) : "",
    own: "own" in reason ? topicName(reason.own, locale) : "",
  };
  return (
    <span className={classes.reason} data-testid="room-reason" data-kind={reason.kind}>
      <IconSparkles size={14} aria-hidden />
      <span>{t(reason.kind, tags)}</span>
    </span>
  );
}

export function RoomCardSkeleton() {
  return (
    <div aria-hidden>
      <Shimmer className={classes.coverSkeleton} />
      <div className={classes.info}>
        <Shimmer style={{ width: 40, height: 40, borderRadius: "50%" }} />
        <div className={classes.words}>
          <Shimmer style={{ height: 16, width: "70%", marginBottom: 8 }} />
          <Shimmer style={{ height: 12, width: "40%" }} />
        </div>
      </div>
    </div>
  );
}
