"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { PkBattle } from "@/domain/contracts/pk";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { usePkWords } from "../../room/features/pk/use-pk-words";
import { useTimeLeftMs } from "../../room/features/pk/use-time-left";
import { formatTimeLeft } from "../../room/features/rain/time-left";
import { PersonAvatar } from "../../ui/person-avatar";
import classes from "./pk-panel.module.css";
import type { MyPkSteps } from "./use-my-pk";

const inStep = () => 0;

/** The battle that the anchor is in. Scores come with the room's events. */
export function CurrentPk({ battle: read, myId, my }: { battle: PkBattle; myId: string; my: MyPkSteps }) {
  const t = useTranslations("pk");
  const trpc = useTRPC();
  const words = usePkWords();
  const { coins: number } = useLocaleFormats();
  const [isAsking, setAsking] = useState(false);
  const roomId = read.sides.find(({ anchorId }) => anchorId === myId)?.roomId ?? "";
  const shown = useQuery(trpc.pk.current.queryOptions({ roomId })).data;
  const battle = shown?.pkId === read.pkId && shown.pkSeq > read.pkSeq ? shown : read;
  const { state, pkId } = battle;
  const isOn = state === "running" || state === "final";
  const left = useTimeLeftMs(isOn ? battle.endsAt : battle.dueAt, inStep);
  const mayLeave = isOn || state === "invited" || state === "accepted" || state === "countdown";
  const result = words.resultOf(battle);
  return (
    <div className={classes.current} data-testid="pk-current" data-state={state}>
      <p className={classes.text} role="status">
        <strong>{words.stateOf(battle)}</strong>
        {result ? ` · ${result}` : ""}
      </p>
      {left === null ? null : (
        <span className={classes.score} role="timer">
          {formatTimeLeft(left)}
        </span>
      )}
      <ul className={classes.list}>
        {battle.sides.map((side) => (
          <li key={side.anchorId} className={classes.row}>
            <PersonAvatar userId={side.anchorId} nickname={side.nickname} size={28} />
            <span className={classes.text}>
              {side.nickname}
              {side.state === "accepted" ? null : (
                <span className={classes.dim}>{t(`side.${side.state}`)}</span>
              )}
            </span>
            <span className={classes.score}>{number(side.points)}</span>
          </li>
        ))}
      </ul>
      {mayLeave && !isAsking ? (
        <Button size="compact-md" variant="default" onClick={() => setAsking(true)} data-testid="pk-leave">
          {isOn ? t("leave") : t("callOff")}
        </Button>
      ) : null}
      {mayLeave && isAsking ? (
        <div className={classes.row} role="group" aria-label={isOn ? t("leave") : t("callOff")}>
          <span className={classes.text}>{isOn ? t("leaveText") : t("callOffText")}</span>
          <Button
            size="compact-md"
            color="red"
            loading={my.leave.isPending}
            onClick={() => my.leave.mutate({ pkId }, { onSettled: () => setAsking(false) })}
            data-testid="pk-leave-now"
          >
            {isOn ? t("leave") : t("callOff")}
          </Button>
          <Button size="compact-md" variant="default" onClick={() => setAsking(false)}>
            {t("stay")}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
