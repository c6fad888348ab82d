"use client";

import { Button, Select, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { WithdrawalStatus } from "@/domain/contracts/withdrawal";
import { useTRPC } from "../../lib/trpc";
import { ErrorPanel } from "../../ui/state-panel";
import { ListSkeleton } from "../../wallet/list-skeleton";
import shared from "../../withdrawal/withdrawal.module.css";
import admin from "../admin.module.css";
import { type Decision, DecisionDialog } from "./decision-dialog";
import { WithdrawalCard } from "./withdrawal-card";
import { WithdrawalPolicyCard } from "./withdrawal-policy-card";

const REFRESH_MS = 5_000;
const PAGE_ROWS = 20;
const SHOWN = ["stuck", "all", ...WithdrawalStatus.options] as const;
type Shown = (typeof SHOWN)[number];

const toFilter = (shown: Shown) =>
  shown === "all" ? {} : shown === "stuck" ? { stuck: true } : { status: shown };

/** Withdrawals that wait for a decision, and every other one; the limits that hold for all. */
export function WithdrawalsPanel() {
  const t = useTranslations("adminWithdrawals");
  const status = useTranslations("withdrawal.status");
  const trpc = useTRPC();
  const [shown, setShown] = useState<Shown>("requested");
  const [decision, setDecision] = useState<Decision | null>(null);
  const found = useInfiniteQuery(
    trpc.finance.searchWithdrawals.infiniteQueryOptions(
      { limit: PAGE_ROWS, ...toFilter(shown) },
      { getNextPageParam: (page) => page.nextCursor ?? undefined, refetchInterval: REFRESH_MS },
    ),
  );
  const policy = useQuery(trpc.finance.withdrawalPolicy.queryOptions());
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  // The limits stand above the list, and how high they are only they know.
  if (policy.isPending) return <Skeleton height={420} radius="lg" />;
  return (
    <div className={shared.desk} data-testid="admin-withdrawals">
      <WithdrawalPolicyCard />
      <section className={admin.card} aria-labelledby="admin-withdrawals-title">
        <div className={admin.cardHead}>
          <h2 id="admin-withdrawals-title" className={admin.cardTitle}>
            {t("title")}
          </h2>
          <Select
            aria-label={t("show")}
            allowDeselect={false}
            value={shown}
            onChange={(value) => setShown(value ?? "requested")}
            data={SHOWN.map((value) => ({
              value,
              label: value === "all" || value === "stuck" ? t(value) : status(value),
            }))}
            data-testid="admin-withdrawals-shown"
          />
        </div>
        {found.isPending ? <ListSkeleton label={t("loading")} /> : null}
        {found.isError && items.length === 0 ? (
          <ErrorPanel error={found.error} onRetry={() => void found.refetch()} />
        ) : null}
        {found.isSuccess && items.length === 0 ? (
          <p className={admin.hint} data-testid="admin-withdrawals-empty">
            {t("none")}
          </p>
        ) : null}
        <ul className={shared.list}>
          {items.map((item) => (
            <WithdrawalCard key={item.payoutId} withdrawal={item} onDecide={setDecision} />
          ))}
        </ul>
        {found.hasNextPage ? (
          <Button
            variant="default"
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            {t("loadMore")}
          </Button>
        ) : null}
      </section>
      <DecisionDialog decision={decision} onClose={() => setDecision(null)} />
    </div>
  );
}
