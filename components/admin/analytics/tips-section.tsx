"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import type { Tips, TipsInput } from "@/domain/contracts/analytics";
import { useTRPC } from "../../lib/trpc";
import { useChangeAddress } from "../../lib/use-address";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { ErrorPanel } from "../../ui/state-panel";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { HeatMap } from "./heat-map";
import {
  groupsOf,
  readFilter,
  type TipsFilter,
  toAddress,
  toCsvAddress,
  toTipsInput,
  writeFilter,
} from "./tips-filter";
import { TipsFilterForm } from "./tips-filter-form";
import { TipsView } from "./tips-view";
import { useHourEnd } from "./use-hour-end";

const REFRESH_MS = 30_000;

/** What was given, by the filter in the address; the page comes with what it was when it was made, until `firstHourEndMs`. */
export function TipsSection({ firstHourEndMs }: { firstHourEndMs: number }) {
  const t = useTranslations("adminAnalytics");
  const trpc = useTRPC();
  const changeAddress = useChangeAddress();
  const filter = readFilter(useSearchParams());
  const hourEndMs = useHourEnd(firstHourEndMs);
  const input = toTipsInput(filter, groupsOf(filter), hourEndMs);
  const tips = useQuery(trpc.analytics.tips.queryOptions(input, { refetchInterval: REFRESH_MS }));
  // Every anchor of the time can be chosen, whichever is chosen now.
  const anchors = useQuery(
    trpc.analytics.tips.queryOptions(toTipsInput({ ...filter, anchor: "" }, ["anchor"], hourEndMs)),
  );
  function go(next: TipsFilter) {
    changeAddress(toAddress(filter), toAddress(next));
  }
  return (
    <>
      <section className={classes.card} aria-labelledby="tips-title">
        <div className={classes.cardHead}>
          <h2 id="tips-title" className={classes.cardTitle}>
            {t("tips")}
          </h2>
          {tips.data ? <Download input={input} /> : null}
        </div>
        <TipsFilterForm
          key={writeFilter(filter)}
          filter={filter}
          anchors={anchors.data?.rows ?? []}
          onChange={go}
        />
        {tips.error ? <ErrorPanel error={tips.error} onRetry={() => void tips.refetch()} /> : null}
        {tips.isPending ? <ListSkeleton label={t("loading")} rows={12} /> : null}
        {tips.data && !tips.error ? (
          <>
            <Totals tips={tips.data} />
            <TipsView tips={tips.data} filter={filter} />
          </>
        ) : null}
      </section>
      <HeatMap input={toTipsInput(filter, ["hour"], hourEndMs)} />
    </>
  );
}

function Download({ input }: { input: TipsInput }) {
  const t = useTranslations("adminAnalytics");
  return (
    <Button
      size="compact-sm"
      variant="default"
      component="a"
      href={toCsvAddress(input)}
      download
      data-testid="tips-csv"
    >
      {t("csv")}
    </Button>
  );
}

function Totals({ tips: { total, upTo, isCurrent, unknownAnchorIds } }: { tips: Tips }) {
  const t = useTranslations("adminAnalytics");
  const formats = useLocaleFormats();
  const tiles = [
    { key: "coins", value: <CoinAmount>{formats.coins(total.coins)}</CoinAmount> },
    { key: "gross", value: formats.fen(total.grossFen) },
    { key: "gifts", value: formats.coins(total.gifts) },
    { key: "viewers", value: formats.coins(total.viewers) },
  ] as const;
  return (
    <>
      <dl className={classes.tiles} data-testid="tips-totals">
        {tiles.map(({ key, value }) => (
          <div key={key} className={classes.tile}>
            <dt className={classes.tileLabel}>{t(`measures.${key}`)}</dt>
            <dd className={`${classes.tileValue} numeric`} data-testid={`tips-${key}`}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
      <p className={isCurrent ? classes.hint : classes.bad} data-testid="tips-up-to">
        {t(isCurrent ? "upTo" : "upToLate", { at: formats.fullDateTime(upTo) })}
      </p>
      {unknownAnchorIds.length > 0 ? (
        <p className={classes.bad} role="status" data-testid="tips-unknown">
          {t("unknownAnchor")}
        </p>
      ) : null}
    </>
  );
}
