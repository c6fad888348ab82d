"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { RoomDetail } from "@/domain/contracts/room";
import classes from "./not-live.module.css";

/** What stands over the stage of a room whose anchor is away. */
export function NotLive({ room }: { room: RoomDetail }) {
  const t = useTranslations("room");
  return (
    <div className={classes.card} role="status" data-testid="room-not-live">
      <p className={classes.title}>{t("notLive")}</p>
      <p className={classes.text}>{t("notLiveText", { anchor: room.anchor.nickname })}</p>
      <Link href="/" className={classes.link}>
        {t("toLobby")}
      </Link>
    </div>
  );
}
