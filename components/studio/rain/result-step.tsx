"use client";

import { Button, Skeleton } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { Rain } from "@/domain/contracts/rain";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { ErrorPanel } from "../../ui/state-panel";
import { LuckiestList } from "./luckiest-list";
import shared from "./rain.module.css";
import { Figure, RainFacts } from "./rain-facts";
import classes from "./result-step.module.css";
import { useClaimedAmounts } from "./use-claimed-amounts";

/** As high as the board beside them. */
const CHART_HEIGHT_PX = 260;
const ClaimsChart = lazyPart(() => import("./claims-chart").then((m) => m.ClaimsChart), {
  loading: () => <Skeleton height={CHART_HEIGHT_PX} />,
});
const SizesChart = lazyPart(() => import("./sizes-chart").then((m) => m.SizesChart), {
  loading: () => <Skeleton height={CHART_HEIGHT_PX} />,
});

/** How it went: who got what, and what came back. */
export function ResultStep({ rain, onNew }: { rain: Rain; onNew: () => void }) {
  const t = useTranslations("rainStudio");
  const states = useTranslations("rainStates");
  const formats = useLocaleFormats();
  const fell = rain.startedAt !== null;
  return (
    <div className={shared.body} data-testid="rain-result" data-reason={rain.endReason}>
      <p className={classes.outcome}>
        <b>{rain.endReason ? states(`endReason.${rain.endReason}`) : null}</b>
        {rain.endedAt ? <time dateTime={rain.endedAt}>{formats.dateTime(rain.endedAt)}</time> : null}
      </p>
      {fell ? <Outcome rain={rain} /> : <NeverFell rain={rain} />}
      <div className={shared.actions}>
        <Button onClick={onNew} data-testid="rain-new">
          {t("planAnother")}
        </Button>
        {fell ? (
          <Button
            component={Link}
            href={`/rain/${rain.rainId}/verify`}
            variant="default"
            leftSection={<IconShieldCheck size={18} aria-hidden />}
            data-testid="rain-verify-link"
          >
            {t("verify")}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function NeverFell({ rain }: { rain: Rain }) {
  const t = useTranslations("rainStudio");
  return (
    <>
      <RainFacts rain={rain} />
      <p className={shared.note} data-testid="rain-refunded" data-coins={rain.refundedCoins}>
        {rain.refundedCoins > 0
          ? t(`cameBack.${rain.fundedBy}`, { coins: rain.refundedCoins })
          : t("nothingMoved")}
      </p>
    </>
  );
}

function Outcome({ rain }: { rain: Rain }) {
  const t = useTranslations("rainStudio");
  const formats = useLocaleFormats();
  const trpc = useTRPC();
  // What was read while it fell is no result yet.
  const { data, error, refetch } = useQuery(
    trpc.rain.result.queryOptions({ rainId: rain.rainId }, { staleTime: 0 }),
  );
  const amounts = useClaimedAmounts(rain.rainId);
  return (
    <>
      <dl className={`${shared.figures} numeric`}>
        <Figure label={t("claimed")} testId="rain-claimed" main>
          {t("ofAll", { part: formats.coins(rain.claimedCount), all: formats.coins(rain.packetCount) })}
        </Figure>
        <Figure label={t("givenAway")}>
          <CoinAmount>{formats.coins(rain.claimedCoins)}</CoinAmount>
        </Figure>
        <Figure label={t(`back.${rain.fundedBy}`)}>
          <span data-testid="rain-refunded" data-coins={rain.refundedCoins}>
            <CoinAmount>{formats.coins(rain.refundedCoins)}</CoinAmount>
          </span>
        </Figure>
        <Figure label={t("viewers")}>{data ? formats.coins(data.viewers) : "—"}</Figure>
      </dl>
      {error && !data ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      {rain.claimedCount === 0 ? (
        <p className={shared.empty}>{t("nobodyGrabbed")}</p>
      ) : (
        <div className={shared.split} data-parts="3">
          <section aria-labelledby="rain-claims-title">
            <h3 id="rain-claims-title" className={shared.subtitle}>
              {t("claimsOverTime")}
            </h3>
            {data ? (
              <ClaimsChart series={data.series} heightPx={CHART_HEIGHT_PX} />
            ) : (
              <Skeleton height={CHART_HEIGHT_PX} />
            )}
          </section>
          <section aria-labelledby="rain-sizes-title">
            <h3 id="rain-sizes-title" className={shared.subtitle}>
              {t("sizes")}
            </h3>
            {amounts.data ? (
              <SizesChart amounts={amounts.data} heightPx={CHART_HEIGHT_PX} />
            ) : (
              <Skeleton height={CHART_HEIGHT_PX} />
            )}
          </section>
          <section aria-labelledby="rain-luckiest-title">
            <h3 id="rain-luckiest-title" className={shared.subtitle}>
              {t("luckiest")}
            </h3>
            <LuckiestList board={data?.luckiestBoard ?? []} shown={10} />
          </section>
        </div>
      )}
    </>
  );
}
