"use client";

import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Rain } from "@/domain/contracts/rain";
import { useTRPC } from "../../lib/trpc";
import { formatTimeLeft } from "../../room/features/rain/time-left";
import { ConfirmButton } from "./confirm-button";
import shared from "./rain.module.css";
import { RainFacts } from "./rain-facts";
import { RainRefusalAlert } from "./rain-refusal-alert";
import classes from "./ready-step.module.css";
import type { RainSteps } from "./use-rain";
import { useServerClock } from "./use-server-clock";

const COUNTDOWNS = [0, 3, 5, 10] as const;

/** Everything is loaded: it can fall, now or after a countdown, or waits for its planned time. */
export function ReadyStep({ rain, steps }: { rain: Rain; steps: RainSteps }) {
  const t = useTranslations("rainStudio");
  const trpc = useTRPC();
  const room = useQuery(trpc.room.get.queryOptions({ roomId: rain.roomId }));
  const [countdown, setCountdown] = useState("3");
  const { rainId } = rain;
  const isBusy = steps.start.isPending || steps.finish.isPending;
  return (
    <div className={shared.body} data-testid="rain-ready">
      <RainFacts rain={rain} />
      {rain.startsAt ? <Countdown startsAt={rain.startsAt} roomId={rain.roomId} /> : null}
      {room.data?.isLive === false ? (
        <p className={shared.warning} data-testid="rain-room-closed">
          {t(rain.startsAt ? "roomClosedPlanned" : "refused.roomClosed")}
        </p>
      ) : null}
      {rain.startsAt ? null : (
        <div className={classes.countdownChoice}>
          <span className={classes.label} id="rain-countdown-label">
            {t("countdown")}
          </span>
          <SegmentedControl
            value={countdown}
            onChange={setCountdown}
            aria-labelledby="rain-countdown-label"
            data-testid="rain-countdown"
            data={COUNTDOWNS.map((seconds) => ({
              value: String(seconds),
              label: seconds === 0 ? t("atOnce") : t("secondsShort", { seconds }),
            }))}
          />
        </div>
      )}
      <RainRefusalAlert error={steps.start.error ?? steps.finish.error} />
      <div className={shared.actions}>
        <Button
          loading={steps.start.isPending}
          disabled={isBusy}
          onClick={() =>
            steps.start.mutate({ rainId, countdownSeconds: rain.startsAt ? 0 : Number(countdown) })
          }
          data-testid="rain-start"
        >
          {rain.startsAt ? t("startNow") : t("start")}
        </Button>
        <ConfirmButton
          label={t("callOff")}
          title={t("callOffTitle")}
          text={t("callOffText", { coins: rain.budgetCoins })}
          testId="rain-call-off"
          variant="default"
          loading={steps.finish.isPending}
          disabled={isBusy}
          onConfirm={() => steps.finish.mutate({ rainId })}
        />
      </div>
    </div>
  );
}

function Countdown({ startsAt, roomId }: { startsAt: string; roomId: string }) {
  const t = useTranslations("rainStudio");
  const nowMs = useServerClock(roomId);
  return (
    <p className={classes.bigClock} role="timer" data-testid="rain-starts-in">
      <span className={classes.label}>{t("startsIn")}</span>
      <b suppressHydrationWarning className="numeric">
        {formatTimeLeft(Date.parse(startsAt) - nowMs)}
      </b>
    </p>
  );
}
