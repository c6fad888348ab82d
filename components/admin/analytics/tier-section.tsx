"use client";

import { Button, NativeSelect } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Profiles, ViewerRank } from "@/domain/contracts/analytics";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useChangeAddress } from "../../lib/use-address";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { type Column, DataTable } from "../../ui/data-table";
import { PagedList } from "../../ui/paged-list";
import classes from "../admin.module.css";
import filterClasses from "../filters.module.css";
import { PROFILES_SHOWN, readProfilesFilter, TIERS, WINDOWS } from "./profiles-filter";

const TierDialog = lazyPart(() => import("./tier-dialog").then((m) => m.TierDialog));

/** What kinds of payers there are, from how many coins on, and who they are. */
export function TierSection() {
  const t = useTranslations("adminAnalytics");
  const trpc = useTRPC();
  const changeAddress = useChangeAddress();
  const { window, tier } = readProfilesFilter(useSearchParams());
  const [isChanging, setChanging] = useState(false);
  const query = useInfiniteQuery(
    trpc.analytics.profiles.infiniteQueryOptions(
      { window, tier, limit: PROFILES_SHOWN },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  const first = query.data?.pages[0];
  function go(name: "window" | "tier", value: string) {
    const drawn = { window: window === "all" ? "" : window, tier: tier ?? "" };
    changeAddress(drawn, { ...drawn, [name]: value === "all" ? "" : value });
  }
  return (
    <section className={classes.card} aria-labelledby="tiers-title">
      <div className={classes.cardHead}>
        <h2 id="tiers-title" className={classes.cardTitle}>
          {t("tiers")}
        </h2>
        {first ? (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setChanging(true)}
            data-testid="tiers-change"
          >
            {t("changeTiers")}
          </Button>
        ) : null}
      </div>
      <div className={filterClasses.filters}>
        <NativeSelect
          label={t("window")}
          value={window}
          data={WINDOWS.map((value) => ({ value, label: t(`windows.${value}`) }))}
          onChange={(event) => go("window", event.currentTarget.value)}
          data-testid="tiers-window"
        />
        <NativeSelect
          label={t("tier")}
          value={tier ?? ""}
          data={[
            { value: "", label: t("any") },
            ...TIERS.map((value) => ({ value, label: t(`tierNames.${value}`) })),
          ]}
          onChange={(event) => go("tier", event.currentTarget.value)}
          data-testid="tiers-tier"
        />
      </div>
      {first ? <TierTiles tiers={first.tiers} /> : null}
      <PagedList query={query} loading={t("loading")} empty={<p className={classes.hint}>{t("noTiers")}</p>}>
        {(items: readonly ViewerRank[]) => <RankTable items={items} />}
      </PagedList>
      {isChanging && first ? <TierDialog policy={first.policy} onClose={() => setChanging(false)} /> : null}
    </section>
  );
}

function TierTiles({ tiers }: Pick<Profiles, "tiers">) {
  const t = useTranslations("adminAnalytics");
  const formats = useLocaleFormats();
  return (
    <dl className={classes.tiles} data-testid="tier-tiles">
      {tiers.map(({ tier, viewers, coins, cutoffCoins }) => (
        <div key={tier} className={classes.tile}>
          <dt className={classes.tileLabel}>{t(`tierNames.${tier}`)}</dt>
          <dd className={`${classes.tileValue} numeric`}>{t("people", { count: viewers })}</dd>
          <dd className={`${classes.tileNote} numeric`}>
            {t("tierNote", { cutoff: formats.coins(cutoffCoins), coins: formats.coins(coins) })}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function RankTable({ items }: { items: readonly ViewerRank[] }) {
  const t = useTranslations("adminAnalytics");
  const formats = useLocaleFormats();
  const columns: Column<ViewerRank>[] = [
    {
      key: "viewer",
      label: t("viewer"),
      isTitle: true,
      renderCell: ({ nickname, userId }) => <span title={userId}>{nickname ?? userId.slice(0, 8)}</span>,
    },
    { key: "tier", label: t("tier"), renderCell: ({ tier }) => t(`tierNames.${tier}`) },
    {
      key: "percentile",
      label: t("percentile"),
      isEnd: true,
      renderCell: ({ percentile }) => `${(percentile * 100).toFixed(1)} %`,
    },
    {
      key: "gifts",
      label: t("measures.gifts"),
      isEnd: true,
      renderCell: ({ gifts }) => formats.coins(gifts),
    },
    {
      key: "coins",
      label: t("measures.coins"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ coins }) => <CoinAmount>{formats.coins(coins)}</CoinAmount>,
    },
    {
      key: "at",
      label: t("computedAt"),
      isNowrap: true,
      renderCell: ({ computedAt }) => formats.dateTime(computedAt),
    },
  ];
  return (
    <DataTable
      labelledBy="tiers-title"
      items={items}
      columns={columns}
      rowKey={({ userId }) => userId}
      testId="tier-people"
    />
  );
}
