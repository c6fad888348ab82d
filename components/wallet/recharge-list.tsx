"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { RechargeOrder } from "@/domain/contracts/recharge";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { webAddress } from "../lib/web-address";
import { CoinAmount } from "../ui/coin";
import { ErrorPanel, StatePanel } from "../ui/state-panel";
import { TraceId } from "../ui/trace-id";
import { ListSkeleton } from "./list-skeleton";
import classes from "./recharge-list.module.css";

const REFRESH_MS = 10_000;

/** Every top-up with what became of it, newest first. */
export function RechargeList() {
  const t = useTranslations("recharge");
  const trpc = useTRPC();
  const orders = useInfiniteQuery(
    trpc.wallet.orders.infiniteQueryOptions(
      {},
      { getNextPageParam: (page) => page.nextCursor ?? undefined, refetchInterval: REFRESH_MS },
    ),
  );
  const items = orders.data?.pages.flatMap((page) => page.items) ?? [];
  if (orders.isPending) return <ListSkeleton label={t("loading")} />;
  if (orders.isError && items.length === 0) {
    return <ErrorPanel error={orders.error} onRetry={() => void orders.refetch()} />;
  }
  if (items.length === 0) {
    return (
      <StatePanel title={t("empty")} headingLevel={3} testId="recharges-empty">
        {t("emptyText")}
      </StatePanel>
    );
  }
  return (
    <>
      <ul className={classes.list} aria-label={t("orders")} data-testid="recharges">
        {items.map((order) => (
          <RechargeRow key={order.orderId} order={order} />
        ))}
      </ul>
      {orders.hasNextPage ? (
        <div className={classes.more}>
          <Button
            variant="default"
            loading={orders.isFetchingNextPage}
            onClick={() => void orders.fetchNextPage()}
          >
            {t("loadMore")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function RechargeRow({ order }: { order: RechargeOrder }) {
  const t = useTranslations("recharge");
  const formats = useLocaleFormats();
  const payUrl = order.payUrl && webAddress(order.payUrl);
  return (
    <li
      className={classes.row}
      data-testid="recharge-order"
      data-status={order.status}
      data-order-id={order.orderId}
    >
      <div className={classes.words}>
        <CoinAmount className={classes.coins}>{formats.coins(order.coins)}</CoinAmount>
        <span className={classes.dim}>
          <span className="numeric">{formats.fen(order.priceFen)}</span>
          {" · "}
          <time dateTime={order.createdAt} className="numeric">
            {formats.dateTime(order.createdAt)}
          </time>
        </span>
      </div>
      <div className={classes.end}>
        {payUrl ? (
          <a href={payUrl} className={classes.pay}>
            {t("toPayment")}
          </a>
        ) : null}
        <span className={classes.state} data-status={order.status}>
          {t(`status.${order.status}`)}
        </span>
        <TraceId traceId={order.traceId} />
      </div>
    </li>
  );
}
