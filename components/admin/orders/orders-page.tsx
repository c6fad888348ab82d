"use client";

import { Button } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { Suspense, useState } from "react";
import type { FoundGiftOrder } from "@/server/contracts/gift";
import { useGiftsById } from "../../gift/use-gifts-by-id";
import { useTRPC } from "../../lib/trpc";
import { ErrorPanel, StatePanel } from "../../ui/state-panel";
import { Table } from "../../ui/table";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { ScrollFrame } from "../scroll-frame";
import { SearchForm } from "../search-form";
import { OrderRow } from "./order-row";
import { RefundDialog } from "./refund-dialog";
import { RefundList } from "./refund-list";

/** Every gift order by what an operator has at hand, and refunds. */
export function OrdersPage() {
  const t = useTranslations("admin");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("orders")}</h1>
        <p className={classes.hint}>{t("ordersText")}</p>
      </div>
      <Suspense>
        <Orders />
      </Suspense>
      <RefundList />
    </>
  );
}

/** What is searched stands in the address, so that a link leads to it. */
function Orders() {
  const t = useTranslations("adminOrders");
  const router = useRouter();
  const params = useSearchParams();
  const text = params.get("giftOrderId") ?? params.get("q") ?? "";
  return (
    <section className={classes.card} aria-label={t("search")}>
      <SearchForm
        key={text}
        label={t("search")}
        placeholder={t("placeholder")}
        submit={t("find")}
        initial={text}
        onSearch={(next) => router.replace(`/admin/orders?q=${encodeURIComponent(next)}`, { scroll: false })}
      />
      {text === "" ? <p className={classes.hint}>{t("searchHint")}</p> : <Found key={text} text={text} />}
    </section>
  );
}

function Found({ text }: { text: string }) {
  const t = useTranslations("adminOrders");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [refunding, setRefunding] = useState<FoundGiftOrder | null>(null);
  const found = useInfiniteQuery(
    trpc.gift.search.infiniteQueryOptions(
      { text },
      { getNextPageParam: (page) => page.nextCursor ?? undefined, placeholderData: keepPreviousData },
    ),
  );
  const gifts = useGiftsById();
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  if (found.isPending) return <ListSkeleton label={t("loading")} />;
  if (found.isError && items.length === 0) {
    return <ErrorPanel error={found.error} onRetry={() => void found.refetch()} />;
  }
  if (items.length === 0) {
    return (
      <StatePanel title={t("none")} headingLevel={2} testId="orders-none">
        {t("noneText")}
      </StatePanel>
    );
  }
  return (
    <>
      <ScrollFrame label={t("search")}>
        <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="orders-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("sentAt")}</Table.Th>
              <Table.Th>{t("viewer")}</Table.Th>
              <Table.Th>{t("anchor")}</Table.Th>
              <Table.Th>{t("gift")}</Table.Th>
              <Table.Th className={classes.right}>{t("coins")}</Table.Th>
              <Table.Th>{t("state")}</Table.Th>
              <Table.Th>{t("trace")}</Table.Th>
              <Table.Th aria-label={t("refund")} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((order) => (
              <OrderRow
                key={`${order.giftOrderId}/${order.senderId}`}
                order={order}
                gift={gifts.get(order.giftId)}
                onRefund={setRefunding}
              />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollFrame>
      {found.hasNextPage ? (
        <div>
          <Button
            variant="default"
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            {t("loadMore")}
          </Button>
        </div>
      ) : null}
      {refunding ? (
        <RefundDialog
          key={refunding.giftOrderId}
          order={refunding}
          onClose={() => setRefunding(null)}
          onRefunded={() => {
            setRefunding(null);
            void queryClient.invalidateQueries({ queryKey: trpc.gift.pathKey() });
          }}
        />
      ) : null}
    </>
  );
}
