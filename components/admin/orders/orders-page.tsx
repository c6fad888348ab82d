"use client";

import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import type { FoundGiftOrder, GiftSearchInput } from "@/domain/contracts/gift";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { PagedList } from "../../ui/paged-list";
import { StatePanel } from "../../ui/state-panel";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { FactList } from "../fact-list";
import { NamedAs } from "../named-as";
import { type OrderFields, readFields, toOrderSearch, writeFields } from "./order-filter";
import { OrderFilterForm } from "./order-filter-form";
import { OrderTable } from "./order-table";
import { RefundDialog } from "./refund-dialog";
import { RefundList } from "./refund-list";

/** Every gift order, newest first, narrowed by what an operator has at hand, and refunds. */
export function OrdersPage() {
  const t = useTranslations("admin");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("orders")}</h1>
        <p className={classes.hint}>{t("ordersText")}</p>
      </div>
      <Orders />
      <RefundList />
    </>
  );
}

/** What is searched stands in the address, so that a link leads to it. */
function Orders() {
  const t = useTranslations("adminOrders");
  const router = useRouter();
  const fields = readFields(useSearchParams());
  // What was searched before is gone at once: nobody refunds an order of another search.
  const [isTurning, startTurning] = useTransition();
  const address = writeFields(fields);
  const search = toOrderSearch(fields);
  const wrong = "wrong" in search ? search.wrong : null;
  function go(next: OrderFields) {
    startTurning(() => router.replace(`/admin/orders?${writeFields(next)}`, { scroll: false }));
  }
  return (
    <section className={classes.card} aria-label={t("list")}>
      <OrderFilterForm key={address} fields={fields} wrong={wrong} onSearch={go} />
      {isTurning ? (
        <ListSkeleton label={t("loading")} />
      ) : "input" in search ? (
        <Found key={address} input={search.input} />
      ) : null}
    </section>
  );
}

function Found({ input }: { input: Partial<GiftSearchInput> }) {
  const t = useTranslations("adminOrders");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const formats = useLocaleFormats();
  const [refunding, setRefunding] = useState<FoundGiftOrder | null>(null);
  const found = useInfiniteQuery(
    trpc.gift.search.infiniteQueryOptions(input, {
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
  );
  const [first] = found.data?.pages ?? [];
  const searchedTo = found.data?.pages.at(-1)?.searchedTo;
  return (
    <>
      <NamedAs people={first?.viewers} label={t("viewer")} testId="orders-people" />
      <NamedAs people={first?.anchors} label={t("anchor")} testId="orders-people" />
      <PagedList
        query={found}
        loading={t("loading")}
        empty={
          <StatePanel title={t("none")} headingLevel={2} testId="orders-none">
            {t("noneText")}
          </StatePanel>
        }
        note={
          searchedTo ? (
            <span className={classes.hint} data-testid="orders-searched-to">
              {t("searchedTo", { at: formats.fullDateTime(searchedTo) })}
            </span>
          ) : null
        }
        moreTestId="orders-more"
      >
        {(items: readonly FoundGiftOrder[]) => (
          <>
            <OrderTable orders={items} onRefund={setRefunding} />
            {input.text ? items.map((order) => <Detail key={order.senderId} order={order} />) : null}
          </>
        )}
      </PagedList>
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

/** Everything that is known of an order that was asked for by its id or its trace. */
function Detail({ order }: { order: FoundGiftOrder }) {
  const t = useTranslations("adminOrders");
  const sources = useTranslations("giftOrders.sources");
  const { giftOrderId, senderId, anchorId, roomId, traceId, sentAt, bookedAt, refundedAt } = order;
  return (
    <FactList
      facts={{
        giftOrderId,
        senderId,
        anchorId,
        roomId,
        source: order.source && sources(order.source),
        unit: order.unit && t(`units.${order.unit}`),
        traceId,
        sentAt,
        bookedAt,
        refundedAt,
      }}
    />
  );
}
