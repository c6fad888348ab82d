"use client";

import { Button, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import type { Audience } from "@/domain/contracts/audience";
import { AUDIENCE_SIDES } from "@/domain/rules/audience";
import { useTRPC } from "../../lib/trpc";
import { useChangeAddress } from "../../lib/use-address";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { ErrorPanel, StatePanel } from "../../ui/state-panel";
import { ListSkeleton } from "../../wallet/list-skeleton";
import studio from "../studio.module.css";
import { StudioGate } from "../studio-gate";
import { useWatchTime } from "../use-watch-time";
import classes from "./audience.module.css";
import { AudienceTrend } from "./audience-trend";
import { type AudienceView, MEASURES, readView, splitsOf, toAddress, toAudienceInput } from "./audience-view";
import { SplitCard } from "./split-card";
import { TopGivers } from "./top-givers";
import { useWeekNames } from "./use-week-names";

/** Who an anchor's audience is, week by week; never anybody in it. */
export function AudiencePage() {
  const t = useTranslations("audience");
  return (
    <StudioGate>
      {({ userId }) => (
        <>
          <h1 className={studio.pageTitle}>{t("title")}</h1>
          <p className={classes.intro}>{t("text")}</p>
          <Week />
          <TopGivers userId={userId} />
        </>
      )}
    </StudioGate>
  );
}

function Week() {
  const t = useTranslations("audience");
  const trpc = useTRPC();
  const view = readView(useSearchParams());
  const { data, error, refetch } = useQuery(trpc.analytics.audience.queryOptions(toAudienceInput(view)));
  const changeAddress = useChangeAddress();
  const go = (change: Partial<AudienceView>) =>
    changeAddress(toAddress(view), toAddress({ ...view, ...change }));
  return (
    <>
      <Choices view={view} data={data} onChange={go} />
      {error && !data ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <ListSkeleton label={t("loading")} rows={12} /> : null}
      {data ? (
        <>
          {data.figures ? (
            <Figures figures={data.figures} view={view} />
          ) : (
            <StatePanel title={t(`states.${data.state}.title`)} testId={`audience-${data.state}`}>
              {t(`states.${data.state}.text`)}
            </StatePanel>
          )}
          <div className={classes.cards}>
            <AudienceTrend trend={data.trend} />
          </div>
        </>
      ) : null}
    </>
  );
}

interface ChoicesProps {
  view: AudienceView;
  data: Audience | undefined;
  onChange: (change: Partial<AudienceView>) => void;
}

function Choices({ view, data, onChange }: ChoicesProps) {
  const t = useTranslations("audience");
  const nameOf = useWeekNames();
  const weeks = data?.weeks ?? (view.week === "" ? [] : [view.week]);
  const [latest = ""] = weeks;
  const week = view.week || latest;
  return (
    <search className={classes.choices}>
      <NativeSelect
        label={t("week")}
        value={week}
        onChange={({ currentTarget }) =>
          onChange({ week: currentTarget.value === latest ? "" : currentTarget.value })
        }
        data={weeks.map((monday) => ({ value: monday, label: nameOf(monday) }))}
        data-testid="audience-week"
      />
      <NativeSelect
        label={t("side")}
        value={view.side}
        onChange={({ currentTarget }) =>
          onChange({ side: AUDIENCE_SIDES.find((side) => side === currentTarget.value) ?? view.side })
        }
        data={AUDIENCE_SIDES.map((value) => ({ value, label: t(`sides.${value}`) }))}
        data-testid="audience-side"
      />
      <NativeSelect
        label={t("measure")}
        value={view.measure}
        onChange={({ currentTarget }) =>
          onChange({ measure: MEASURES.find((measure) => measure === currentTarget.value) ?? view.measure })
        }
        data={MEASURES.map((value) => ({
          value,
          label: value === "people" ? t("people") : t(`amounts.${view.side}`),
        }))}
        data-testid="audience-measure"
      />
      <Button
        className={classes.csv}
        variant="default"
        component="a"
        href={`/api/export/audience.csv${view.week && `?week=${view.week}`}`}
        download
        data-testid="audience-csv"
      >
        {t("csv")}
      </Button>
    </search>
  );
}

function Figures({ figures, view }: { figures: NonNullable<Audience["figures"]>; view: AudienceView }) {
  const t = useTranslations("audience");
  const formats = useLocaleFormats();
  const watchTime = useWatchTime();
  const { givers, watchers } = figures;
  const people = (count: number) => (count === 0 ? t("fewerThanFive") : t("atLeast", { count }));
  const tiles = [
    { key: "watchers", value: people(watchers.people) },
    { key: "watched", value: watchers.amount === null ? "—" : watchTime(watchers.amount) },
    { key: "givers", value: people(givers.people) },
    {
      key: "coins",
      value: givers.amount === null ? "—" : <CoinAmount>{formats.coins(givers.amount)}</CoinAmount>,
    },
  ] as const;
  return (
    <>
      <dl className={`${classes.tiles} numeric`} data-testid="audience-totals">
        {tiles.map(({ key, value }) => (
          <div key={key} className={studio.summaryTile}>
            <dt>{t(`totals.${key}`)}</dt>
            <dd data-testid={`audience-total-${key}`}>{value}</dd>
          </div>
        ))}
      </dl>
      <div className={classes.cards}>
        {splitsOf(figures, view).map((split) => (
          <SplitCard key={split.split} split={split} view={view} />
        ))}
      </div>
      <p className={classes.intro}>{t("made", { at: formats.fullDateTime(figures.madeAt) })}</p>
    </>
  );
}
