"use client";

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { StatementItem, TradeType } from "@/domain/contracts/wallet";
import { useTRPC } from "../lib/trpc";
import { PagedList } from "../ui/paged-list";
import { StatePanel } from "../ui/state-panel";
import { dayRange } from "./day-range";
import { StatementTable } from "./statement-table";
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
      <PagedList
        query={statement}
        loading={t("loading")}
        empty={
          <StatePanel
            title={filtered ? t("nothingInFilter") : t("noTrades")}
            headingLevel={3}
            testId="statement-empty"
          >
            {filtered ? t("nothingInFilterText") : t("noTradesText")}
          </StatePanel>
        }
        moreTestId="statement-more"
      >
        {(items: readonly StatementItem[]) => (
          <StatementTable items={items} label={t("statement")} testId="statement" />
        )}
      </PagedList>
    </section>
  );
}

/** The same rows as a table to take along. */
function csvHref(type: string, range: { from?: string; to?: string }): string {
  const query = new URLSearchParams({ ...(type ? { type } : {}), ...range }).toString();
  return `/api/export/statement.csv${query ? `?${query}` : ""}`;
}
