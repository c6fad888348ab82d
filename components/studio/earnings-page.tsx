"use client";

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { formatBps } from "../lib/format";
import { lazyPart } from "../lib/lazy-part";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { ErrorPanel } from "../ui/state-panel";
import withdrawal from "../withdrawal/withdrawal.module.css";
import { EarningsLines } from "./earnings-lines";
import classes from "./earnings-page.module.css";
import { ReversalList } from "./reversal-list";
import studio from "./studio.module.css";
import { StudioGate } from "./studio-gate";
import { useEarningsEvents } from "./withdrawals/use-earnings-events";
import { WithdrawalList } from "./withdrawals/withdrawal-list";

const WithdrawForm = lazyPart(() => import("./withdrawals/withdraw-form").then((m) => m.WithdrawForm), {
  loading: () => <Skeleton height={380} radius="lg" />,
});
const REFRESH_MS = 10_000;

/** What was earned, what may be withdrawn, and the settlement lines that prove it. */
export function EarningsPage() {
  const t = useTranslations("earnings");
  return (
    <StudioGate>
      {({ userId }) => (
        <div className="thumbs">
          <h1 className={studio.pageTitle}>{t("title")}</h1>
          <Summary userId={userId} />
          <EarningsLines />
          <ReversalList />
        </div>
      )}
    </StudioGate>
  );
}

function Summary({ userId }: { userId: string }) {
  const t = useTranslations("earnings");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const withdrawalText = useTranslations("withdrawal");
  const { data, error, refetch } = useQuery(
    trpc.finance.summary.queryOptions(undefined, { refetchInterval: REFRESH_MS }),
  );
  useEarningsEvents(userId);
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  const isNegative = data !== undefined && data.withdrawableFen < 0;
  const tiles = [
    { key: "earned", value: data?.earnedFen },
    { key: "withdrawable", value: data?.withdrawableFen },
    ...(data && data.maturingFen > 0 ? [{ key: "maturing" as const, value: data.maturingFen }] : []),
    ...(data && data.reversedFen > 0 ? [{ key: "reversed" as const, value: data.reversedFen }] : []),
    { key: "frozen", value: data?.frozenFen },
    { key: "withdrawn", value: data?.withdrawnFen },
  ] as const;
  return (
    <>
      <dl className={`${classes.summary} numeric`} data-testid="earnings-summary">
        {tiles.map(({ key, value }) => (
          <div key={key} className={studio.summaryTile} data-main={key === "earned"}>
            <dt>{t(key)}</dt>
            <dd
              data-testid={`earnings-${key}`}
              data-fen={value}
              className={value !== undefined && value < 0 ? classes.negative : undefined}
            >
              {value === undefined ? <Skeleton width={120} height={30} /> : formats.fen(value)}
            </dd>
          </div>
        ))}
        <div className={studio.summaryTile}>
          <dt>{t("share")}</dt>
          <dd>{data ? formatBps(data.shareBps) : "—"}</dd>
        </div>
      </dl>
      {data?.maturesFrom && data.maturesBy ? (
        <p className={withdrawal.warning} data-testid="earnings-matures">
          {t("matures", { from: formats.dateTime(data.maturesFrom), by: formats.dateTime(data.maturesBy) })}
        </p>
      ) : null}
      {isNegative ? <p className={withdrawal.warning}>{withdrawalText("negativeText")}</p> : null}
      <div className={withdrawal.desk}>
        {data ? (
          <WithdrawForm withdrawableFen={data.withdrawableFen} />
        ) : (
          <Skeleton height={380} radius="lg" />
        )}
        <WithdrawalList />
      </div>
    </>
  );
}
