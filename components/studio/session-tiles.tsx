"use client";

import { useTranslations } from "next-intl";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { Fact } from "./revenue-tiles";
import classes from "./session-tiles.module.css";
import studio from "./studio.module.css";

interface SessionStats {
  peakViewers: number;
  coins: number;
  grossFen: number;
  gifts: number;
  chatMessages: number;
}

/** Figures of the running session. */
export function SessionTiles({
  stats,
  viewers,
  live,
}: {
  stats?: SessionStats;
  viewers: number;
  live: boolean;
}) {
  const t = useTranslations("studio");
  const formats = useLocaleFormats();
  const number = (value: number | undefined) => (value === undefined ? "—" : formats.coins(value));
  return (
    <section className={studio.card} aria-labelledby="session-title" data-testid="session-tiles">
      <h2 id="session-title" className={studio.cardTitle}>
        {live ? t("thisSession") : t("noSession")}
      </h2>
      <dl className={`${studio.facts} ${classes.factsGrid} numeric`}>
        <Fact label={t("viewers")} testId="studio-viewers">
          {number(viewers)}
        </Fact>
        <Fact label={t("peakViewers")}>{number(stats?.peakViewers)}</Fact>
        <Fact label={t("gifts")} testId="session-gifts">
          {number(stats?.gifts)}
        </Fact>
        <Fact label={t("coins")} testId="session-coins">
          {number(stats?.coins)}
        </Fact>
        <Fact label={t("gross")}>{stats ? formats.fen(stats.grossFen) : "—"}</Fact>
        <Fact label={t("messages")}>{number(stats?.chatMessages)}</Fact>
      </dl>
    </section>
  );
}
