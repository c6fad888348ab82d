"use client";

import { useTranslations } from "next-intl";
import { TopBoard } from "../../room/features/top/top-board";
import studio from "../studio.module.css";
import { useMyRoom } from "../use-my-room";
import classes from "./audience.module.css";

/** Who gave most under their name, as viewers see it, too; whoever gave without it is in no list. */
export function TopGivers({ userId }: { userId: string }) {
  const t = useTranslations("audience");
  const { roomId } = useMyRoom();
  if (roomId === null) return null;
  return (
    <section className={`${studio.card} ${classes.top}`} aria-labelledby="audience-top">
      <h2 id="audience-top" className={studio.cardTitle}>
        {t("top")}
      </h2>
      <TopBoard roomId={roomId} myId={userId} live={false} />
    </section>
  );
}
