"use client";

import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { Withdrawal } from "@/domain/contracts/withdrawal";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import { TraceId } from "../../ui/trace-id";
import { ListSkeleton } from "../../wallet/list-skeleton";
import { ApprovalReasons } from "../../withdrawal/approval-reasons";
import { useReasonText } from "../../withdrawal/use-reason-text";
import shared from "../../withdrawal/withdrawal.module.css";
import { WithdrawalAccount } from "../../withdrawal/withdrawal-account";
import { WithdrawalSteps } from "../../withdrawal/withdrawal-steps";
import { WITHDRAWALS_INPUT } from "../first-lists";
import studio from "../studio.module.css";
import classes from "./withdrawal-list.module.css";

const REFRESH_MS = 15_000;

/** What the anchor took out, with how each withdrawal stands. */
export function WithdrawalList() {
  const t = useTranslations("withdrawal");
  const trpc = useTRPC();
  const withdrawals = useInfiniteQuery(
    trpc.finance.withdrawals.infiniteQueryOptions(WITHDRAWALS_INPUT, {
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      refetchInterval: REFRESH_MS,
    }),
  );
  const items = withdrawals.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={studio.card} aria-labelledby="withdrawals-title">
      <div className={studio.cardHead}>
        <h2 id="withdrawals-title" className={studio.cardTitle}>
          {t("listTitle")}
        </h2>
        {items.length > 0 ? (
          <a href="/api/export/withdrawals.csv" download className={`${studio.headLink} ${classes.download}`}>
            <IconDownload size={16} aria-hidden /> CSV
          </a>
        ) : null}
      </div>
      {withdrawals.isPending ? <ListSkeleton label={t("loading")} /> : null}
      {withdrawals.isError && items.length === 0 ? (
        <ErrorPanel error={withdrawals.error} onRetry={() => void withdrawals.refetch()} />
      ) : null}
      {withdrawals.isSuccess && items.length === 0 ? (
        <p className={studio.chartEmpty} data-testid="withdrawals-empty">
          {t("none")}
        </p>
      ) : null}
      <ul className={shared.list} data-testid="withdrawals">
        {items.map((item) => (
          <WithdrawalItem key={item.withdrawalId} item={item} />
        ))}
      </ul>
      {withdrawals.hasNextPage ? (
        <div className={classes.more}>
          <Button
            variant="default"
            loading={withdrawals.isFetchingNextPage}
            onClick={() => void withdrawals.fetchNextPage()}
          >
            {t("loadMore")}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function WithdrawalItem({ item }: { item: Withdrawal }) {
  const t = useTranslations("withdrawal");
  const formats = useLocaleFormats();
  const reasonText = useReasonText();
  return (
    <li className={shared.item} data-testid="withdrawal" data-status={item.status}>
      <div className={shared.itemHead}>
        <span className={`${shared.amount} numeric`}>{formats.fen(item.amountFen)}</span>
        <span className={shared.badge} data-status={item.status}>
          {t(`status.${item.status}`)}
        </span>
        <WithdrawalAccount account={item.payoutAccount} />
      </div>
      <WithdrawalSteps steps={item.steps} />
      {item.reason ? <p className={shared.reason}>{reasonText(item.reason)}</p> : null}
      <ApprovalReasons reasons={item.waitsFor} />
      <div className={shared.itemFoot}>
        <TraceId traceId={item.traceId} />
      </div>
    </li>
  );
}
