"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";
import type { PkBattle, PkSideShown } from "@/domain/contracts/pk";
import { useLocaleFormats } from "../../../lib/use-locale-formats";
import { PersonAvatar } from "../../../ui/person-avatar";
import { formatTimeLeft } from "../rain/time-left";
import classes from "./pk-layer.module.css";
import { usePkWords } from "./use-pk-words";
import { useTimeLeftMs } from "./use-time-left";

interface PkLayerProps {
  battle: PkBattle;
  roomId: string;
  getClockAheadMs: () => number;
  say: (sentence: string) => void;
}

/** A battle over the picture: who stands how, for how long yet, who helps, and how it ended. */
export function PkLayer({ battle, roomId, getClockAheadMs, say }: PkLayerProps) {
  const t = useTranslations("pk");
  const words = usePkWords();
  const { state } = battle;
  const isOn = state === "running" || state === "final";
  const left = useTimeLeftMs(isOn ? battle.endsAt : battle.dueAt, getClockAheadMs);
  // One's own side stands first in every room.
  const sides = [...battle.sides].sort((a, b) => Number(b.roomId === roomId) - Number(a.roomId === roomId));
  const total = sides.reduce((sum, side) => sum + side.points, 0);
  const result = words.resultOf(battle);
  // Scores are read when somebody goes there; only what changes the battle is said.
  const sentence = result ?? t(`said.${state}`);
  useEffect(() => say(sentence), [say, sentence]);
  return (
    <section className={classes.layer} aria-label={t("title")} data-testid="pk-layer" data-state={state}>
      <div className={classes.head}>
        <span className={classes.mark}>{t("mark")}</span>
        <span className={classes.state}>{words.stateOf(battle)}</span>
        {left !== null && state !== "settled" ? (
          <span className={classes.time} data-final={state === "final"} role="timer">
            {formatTimeLeft(left)}
          </span>
        ) : null}
      </div>
      <ul className={classes.sides}>
        {sides.map((side, place) => (
          <Side
            key={side.anchorId}
            side={side}
            place={place}
            share={total === 0 ? 1 : Math.max(0.12 * total, side.points)}
            hasWon={battle.winnerId === side.anchorId}
          />
        ))}
      </ul>
      {result ? (
        <p className={classes.result} data-testid="pk-result">
          {result}
          {battle.isCutShort ? <span> {t("cutShort")}</span> : null}
        </p>
      ) : null}
      {state === "frozen" ? <p className={classes.result}>{t("late")}</p> : null}
    </section>
  );
}

interface SideProps {
  side: PkSideShown;
  place: number;
  share: number;
  hasWon: boolean;
}

function Side({ side, place, share, hasWon }: SideProps) {
  const t = useTranslations("pk");
  const { coins: number } = useLocaleFormats();
  const isOut = side.state === "left" || side.state === "gone";
  return (
    <li
      className={classes.side}
      data-place={place}
      data-won={hasWon}
      data-out={isOut}
      style={{ flexGrow: share }}
    >
      <span className={classes.who}>
        <PersonAvatar userId={side.anchorId} nickname={side.nickname} size={24} />
        <span className={classes.name}>{side.nickname}</span>
      </span>
      <span className={classes.points} data-testid="pk-points">
        {number(side.points)}
        <span className="visually-hidden"> {t("points", { points: side.points })}</span>
      </span>
      {isOut ? <span className={classes.helpers}>{t(`side.${side.state}`)}</span> : null}
      {side.helpers.length > 0 ? (
        <span className={classes.helpers}>
          <span className="visually-hidden">{t("helpers")}</span>
          {side.helpers.map((helper) => helper.nickname || t("nameless")).join(" · ")}
        </span>
      ) : null}
    </li>
  );
}
