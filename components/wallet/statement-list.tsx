"use client";

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { StatementItem, TradeType } from "@/server/contracts/wallet";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { CoinAmount } from "../ui/coin";
import { ErrorPanel, StatePanel } from "../ui/state-panel";
import { Table } from "../ui/table";
import { TraceId } from "../ui/trace-id";
import { dayRange } from "./day-range";
import { ListSkeleton } from "./list-skeleton";
import { useAboutText } from "./use-about-text";
import classes from "./wallet-page.module.css";

const TYPES = [
  "gift",
  "recharge",
  "packet_escrow",
  "packet_refund",
  "packet",
  "refund",
  "adjustment",
] as const satisfies TradeType[];

/** Every entry of the ledger, newest first. */
export function StatementList() {
  const t = useTranslations("wallet");
  const trpc = useTRPC();
  const [type, setType] = useState<TradeType | "">("");
  const [fromDay, setFromDay] = useState("");
  const [toDay, setToDay] = useState("");
  const filtered = type !== "" || fromDay !== "" || toDay !== "";
  const statement = useInfiniteQuery(
    trpc.wallet.statement.infiniteQueryOptions(
      { type: type || undefined, ...dayRange(fromDay, toDay) },
      { getNextPageParam: (page) => page.nextCursor ?? undefined, placeholderData: keepPreviousData },
    ),
  );
  const items = statement.data?.pages.flatMap((page) => page.items) ?? [];

  function body() {
    if (statement.isPending) return <ListSkeleton label={t("loading")} />;
    if (statement.isError && items.length === 0) {
      return <ErrorPanel error={statement.error} onRetry={() => void statement.refetch()} />;
    }
    if (items.length === 0) {
      return (
        <StatePanel
          title={filtered ? t("nothingInFilter") : t("noTrades")}
          headingLevel={3}
          testId="statement-empty"
        >
          {filtered ? t("nothingInFilterText") : t("noTradesText")}
        </StatePanel>
      );
    }
    return (
      <>
        <div className={classes.tableFrame}>
          <Table className={`${classes.table} numeric`} verticalSpacing="sm" data-testid="statement">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("time")}</Table.Th>
                <Table.Th className={classes.typeColumn}>{t("type")}</Table.Th>
                <Table.Th className={classes.right}>{t("amount")}</Table.Th>
                <Table.Th>{t("trace")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((item) => (
                <StatementRow key={item.tradeId} item={item} />
              ))}
            </Table.Tbody>
          </Table>
        </div>
        {statement.hasNextPage ? (
          <div className={classes.more}>
            <Button
              variant="default"
              loading={statement.isFetchingNextPage}
              onClick={() => void statement.fetchNextPage()}
              data-testid="statement-more"
            >
              {t("loadMore")}
            </Button>
          </div>
        ) : null}
      </>
    );
  }

  return (
    <section aria-label={t("statement")}>
      <div className={classes.filters}>
        <NativeSelect
          label={t("type")}
          value={type}
          data-testid="statement-type"
          data={[
            { value: "", label: t("allTypes") },
            ...TYPES.map((value) => ({ value, label: t(`types.${value}`) })),
          ]}
          onChange={(event) => setType(event.currentTarget.value as TradeType | "")}
        />
        <TextInput
          type="date"
          label={t("from")}
          value={fromDay}
          max={toDay || undefined}
          onChange={(event) => setFromDay(event.currentTarget.value)}
          data-testid="statement-from"
        />
        <TextInput
          type="date"
          label={t("to")}
          value={toDay}
          min={fromDay || undefined}
          onChange={(event) => setToDay(event.currentTarget.value)}
          data-testid="statement-to"
        />
        <Button
          variant="default"
          component="a"
          href={csvHref(type, dayRange(fromDay, toDay))}
          leftSection={<IconDownload size={16} aria-hidden />}
          download
          data-testid="statement-csv"
        >
          {t("csv")}
        </Button>
        {filtered ? (
          <Button
            variant="subtle"
            color="gray"
            onClick={() => {
              setType("");
              setFromDay("");
              setToDay("");
            }}
          >
            {t("clearFilters")}
          </Button>
        ) : null}
      </div>
      {body()}
    </section>
  );
}

/** The same rows as a table to take along. */
function csvHref(type: string, range: { from?: string; to?: string }): string {
  const query = new URLSearchParams({ ...(type ? { type } : {}), ...range }).toString();
  return `/api/export/statement.csv${query ? `?${query}` : ""}`;
}

export function StatementRow({ item }: { item: StatementItem }) {
  const t = useTranslations("wallet");
  const formats = useLocaleFormats();
  const incoming = item.amountCoins > 0;
  const about = useAboutText()(item);
  const what = (
    <>
      <span className={classes.what}>{t(`types.${item.type}`)}</span>
      {about ? (
        <span className={classes.about} data-testid="statement-about">
          {about}
        </span>
      ) : null}
    </>
  );
  return (
    <Table.Tr data-testid="statement-row" data-type={item.type}>
      <Table.Td className={classes.time}>
        <span className={classes.typeAbove}>{what}</span>
        <time dateTime={item.at}>{formats.dateTime(item.at)}</time>
      </Table.Td>
      <Table.Td className={classes.typeColumn}>{what}</Table.Td>
      <Table.Td className={classes.right}>
        <CoinAmount className={incoming ? classes.incoming : classes.outgoing}>
          {`${incoming ? "+" : "−"}${formats.coins(Math.abs(item.amountCoins))}`}
        </CoinAmount>
        <span
          className={classes.balanceAfter}
          data-testid="statement-balance"
          data-coins={item.balanceAfterCoins}
        >
          {t("balanceAfter", { coins: item.balanceAfterCoins })}
        </span>
      </Table.Td>
      <Table.Td>
        <TraceId traceId={item.traceId} />
      </Table.Td>
    </Table.Tr>
  );
}
