"use client";

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { Rain } from "@/domain/contracts/rain";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { formatTimeLeft } from "../../room/features/rain/time-left";
import { CoinAmount } from "../../ui/coin";
import { ConfirmButton } from "./confirm-button";
import classes from "./live-step.module.css";
import { LuckiestList } from "./luckiest-list";
import shared from "./rain.module.css";
import { Figure } from "./rain-facts";
import { remainingOf } from "./rain-progress";
import { RainRefusalAlert } from "./rain-refusal-alert";
import type { RainSteps } from "./use-rain";
import { useServerClock } from "./use-server-clock";

const CHART_HEIGHT_PX = 150;
const ClaimsChart = lazyPart(() => import("./claims-chart").then((m) => m.ClaimsChart), {
  loading: () => <Skeleton height={CHART_HEIGHT_PX} />,
});
const REFRESH_MS = 1_000;

/** It falls, or its last claims are being credited. */
export function LiveStep({ rain, steps }: { rain: Rain; steps: RainSteps }) {
  const t = useTranslations("rainStudio");
  const formats = useLocaleFormats();
  const trpc = useTRPC();
  const { data: result } = useQuery(
    trpc.rain.result.queryOptions({ rainId: rain.rainId }, { refetchInterval: REFRESH_MS, staleTime: 0 }),
  );
  // Two answers about the same counts: they only grow, so the larger one is the newer one.
  const counted = result && result.claimedCount > rain.claimedCount ? result : rain;
  const left = remainingOf(counted);
  const isFalling = rain.status === "started";
  return (
    <div className={shared.body} data-testid="rain-live" data-status={rain.status}>
      <dl className={`${shared.figures} numeric`}>
        <Figure label={t("claimed")} testId="rain-claimed" main>
          {t("ofAll", {
            part: formats.coins(counted.claimedCount),
            all: formats.coins(rain.packetCount),
          })}
        </Figure>
        <Figure label={t("givenAway")}>
          <CoinAmount>{formats.coins(counted.claimedCoins)}</CoinAmount>
        </Figure>
        <Figure label={t("remaining")} testId="rain-remaining">
          <CoinAmount>{formats.coins(left.coins)}</CoinAmount>
        </Figure>
        <Figure label={t("timeLeft")} testId="rain-time-left">
          {isFalling && rain.endsAt ? <TimeLeft endsAt={rain.endsAt} roomId={rain.roomId} /> : t("ending")}
        </Figure>
      </dl>
      <div
        className={classes.meter}
        role="meter"
        aria-label={t("claimed")}
        aria-valuemin={0}
        aria-valuemax={rain.packetCount}
        aria-valuenow={counted.claimedCount}
      >
        <i style={{ inlineSize: `${(100 * counted.claimedCount) / rain.packetCount}%` }} />
      </div>
      <div className={shared.split}>
        <section aria-labelledby="rain-claims-title">
          <h3 id="rain-claims-title" className={shared.subtitle}>
            {t("claimsOverTime")}
          </h3>
          <ClaimsChart series={result?.series ?? []} heightPx={CHART_HEIGHT_PX} />
        </section>
        <section aria-labelledby="rain-luckiest-title">
          <h3 id="rain-luckiest-title" className={shared.subtitle}>
            {t("luckiest")}
          </h3>
          <LuckiestList board={result?.luckiestBoard ?? []} shown={5} />
        </section>
      </div>
      <RainRefusalAlert error={steps.finish.error} />
      {isFalling ? (
        <div className={shared.actions}>
          <ConfirmButton
            label={t("finishNow")}
            title={t("finishTitle")}
            text={t("finishText", { coins: left.coins })}
            testId="rain-finish"
            variant="outline"
            color="vermilion"
            loading={steps.finish.isPending}
            onConfirm={() => steps.finish.mutate({ rainId: rain.rainId })}
          />
        </div>
      ) : null}
    </div>
  );
}

function TimeLeft({ endsAt, roomId }: { endsAt: string; roomId: string }) {
  const nowMs = useServerClock(roomId);
  return <span suppressHydrationWarning>{formatTimeLeft(Date.parse(endsAt) - nowMs)}</span>;
}
