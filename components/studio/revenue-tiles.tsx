"use client";

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { formatBps } from "../lib/format";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { ErrorPanel } from "../ui/state-panel";
import classes from "./revenue-tiles.module.css";
import studio from "./studio.module.css";

const LIVE_REFRESH_MS = 2_000;
const CLOSED_REFRESH_MS = 15_000;

/** What has been earned, to the fen, and the share that is in force. */
export function RevenueTiles({ live }: { live: boolean }) {
  const t = useTranslations("studio");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const { data, error, refetch } = useQuery(
    trpc.finance.summary.queryOptions(undefined, {
      refetchInterval: live ? LIVE_REFRESH_MS : CLOSED_REFRESH_MS,
      staleTime: 0,
    }),
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  return (
    <section className={studio.card} aria-labelledby="revenue-title">
      <div className={studio.cardHead}>
        <h2 id="revenue-title" className={studio.cardTitle}>
          {t("revenue")}
        </h2>
        <Link href="/studio/earnings" className={studio.headLink}>
          {t("details")}
        </Link>
      </div>
      <div className={`${classes.bigMoney} numeric`} data-testid="earned" data-fen={data?.earnedFen}>
        {data ? formats.fen(data.earnedFen) : <Skeleton width={200} height={44} />}
      </div>
      <dl className={`${studio.facts} numeric`}>
        <Fact label={t("withdrawable")}>{data ? formats.fen(data.withdrawableFen) : "—"}</Fact>
        <Fact label={t("share")} testId="share">
          {data ? formatBps(data.shareBps) : "—"}
        </Fact>
        <Fact label={t("settledGifts")}>{data ? formats.coins(data.gifts) : "—"}</Fact>
      </dl>
    </section>
  );
}

export function Fact({ label, children, testId }: { label: string; children: string; testId?: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-testid={testId}>{children}</dd>
    </div>
  );
}
