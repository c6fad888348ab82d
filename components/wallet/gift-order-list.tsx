"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { GiftHistoryInput, GiftHistoryItem, GiftItem } from "@/domain/contracts/gift";
import { GiftPicture } from "../gift/art/gift-picture";
import { useGiftsById } from "../gift/use-gifts-by-id";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { useGiftReasonText } from "../room/features/gifts/use-gift-failure-notice";
import { CoinAmount } from "../ui/coin";
import { ErrorPanel, StatePanel } from "../ui/state-panel";
import { TraceId } from "../ui/trace-id";
import classes from "./gift-order-list.module.css";
import { ListSkeleton } from "./list-skeleton";

const REFRESH_MS = 10_000;

/** Gift orders with what became of each: sent by me, or received in my room. */
export function GiftOrderList({ side }: { side: GiftHistoryInput["side"] }) {
  const t = useTranslations("giftOrders");
  const trpc = useTRPC();
  const history = useInfiniteQuery(
    trpc.gift.history.infiniteQueryOptions(
      { side },
      { getNextPageParam: (page) => page.nextCursor ?? undefined, refetchInterval: REFRESH_MS },
    ),
  );
  const gifts = useGiftsById();
  const items = history.data?.pages.flatMap((page) => page.items) ?? [];
  if (history.isPending) return <ListSkeleton label={t("loading")} />;
  if (history.isError && items.length === 0) {
    return <ErrorPanel error={history.error} onRetry={() => void history.refetch()} />;
  }
  if (items.length === 0) {
    return (
      <StatePanel title={t(`empty.${side}`)} headingLevel={3} testId="gift-orders-empty">
        {t(`emptyText.${side}`)}
      </StatePanel>
    );
  }
  return (
    <>
      <ul className={classes.list} aria-label={t(`label.${side}`)} data-testid="gift-orders">
        {items.map((item) => (
          <GiftOrderRow key={item.giftOrderId} item={item} gift={gifts.get(item.giftId)} side={side} />
        ))}
      </ul>
      {history.hasNextPage ? (
        <div className={classes.more}>
          <Button
            variant="default"
            loading={history.isFetchingNextPage}
            onClick={() => void history.fetchNextPage()}
          >
            {t("loadMore")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

interface GiftOrderRowProps {
  item: GiftHistoryItem;
  /** Missing when the gift has left the catalogue. */
  gift: GiftItem | undefined;
  side: GiftHistoryInput["side"];
}

function GiftOrderRow({ item, gift, side }: GiftOrderRowProps) {
  const t = useTranslations("giftOrders");
  const formats = useLocaleFormats();
  const reasonText = useGiftReasonText();
  const name = gift ? (formats.locale === "zh" ? gift.nameZh : gift.nameEn) : item.giftId;
  const person = item.counterparty?.nickname ?? t("anonymous");
  return (
    <li
      className={classes.row}
      data-testid="gift-order"
      data-status={item.status}
      data-order-id={item.giftOrderId}
    >
      <GiftPicture effect={gift?.effect ?? item.giftId} size={42} />
      <div className={classes.words}>
        <span className={classes.name}>
          <bdi>{name}</bdi> <span className="numeric">×{formats.coins(item.count)}</span>
        </span>
        <span className={classes.dim}>
          {side === "sent" ? t("to", { name: person }) : t("fromPerson", { name: person })}
          {" · "}
          <time dateTime={item.sentAt} className="numeric">
            {formats.dateTime(item.sentAt)}
          </time>
          {item.source ? ` · ${t(`sources.${item.source}`)}` : null}
        </span>
        {item.status === "failed" ? (
          <span className={classes.reason}>{reasonText(item.reason ?? "INTERNAL")}</span>
        ) : null}
        {item.refundedAt ? (
          <span className={classes.dim}>
            {t(`refundedAt.${side}`, { time: formats.dateTime(item.refundedAt) })}
          </span>
        ) : null}
      </div>
      <div className={classes.end}>
        <CoinAmount className={item.status === "settled" ? undefined : classes.struck}>
          {formats.coins(item.totalCoins)}
        </CoinAmount>
        <span className={classes.state} data-status={item.status}>
          {t(`status.${item.status}`)}
        </span>
        <TraceId traceId={item.traceId} />
      </div>
    </li>
  );
}
