"use client";

import { useTranslations } from "next-intl";
import type { StatementItem } from "@/domain/contracts/wallet";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { CoinAmount } from "../ui/coin";
import { type Column, DataTable, type TableName } from "../ui/data-table";
import { TraceId } from "../ui/trace-id";
import classes from "./statement-table.module.css";
import { useAboutText } from "./use-about-text";

type StatementTableProps = TableName & {
  items: readonly StatementItem[];
  testId: string;
};

/** Entries of a ledger: what moved, how many coins, and the balance after it. */
export function StatementTable({ items, testId, ...name }: StatementTableProps) {
  const t = useTranslations("wallet");
  const formats = useLocaleFormats();
  const aboutText = useAboutText();
  const columns: Column<StatementItem>[] = [
    {
      key: "at",
      label: t("time"),
      isNowrap: true,
      renderCell: ({ at }) => <time dateTime={at}>{formats.dateTime(at)}</time>,
    },
    {
      key: "what",
      label: t("type"),
      isTitle: true,
      renderCell: (item) => {
        const about = aboutText(item);
        return (
          <>
            <span className={classes.what}>{t(`types.${item.type}`)}</span>
            {about ? (
              <span className={classes.about} data-testid="statement-about">
                {about}
              </span>
            ) : null}
          </>
        );
      },
    },
    {
      key: "amount",
      label: t("amount"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ amountCoins, balanceAfterCoins }) => (
        <>
          <CoinAmount className={amountCoins > 0 ? classes.incoming : classes.outgoing}>
            {`${amountCoins > 0 ? "+" : "−"}${formats.coins(Math.abs(amountCoins))}`}
          </CoinAmount>
          <span className={classes.about} data-testid="statement-balance" data-coins={balanceAfterCoins}>
            {t("balanceAfter", { coins: balanceAfterCoins })}
          </span>
        </>
      ),
    },
    { key: "trace", label: t("trace"), renderCell: ({ traceId }) => <TraceId traceId={traceId} /> },
  ];
  return (
    <DataTable
      {...name}
      items={items}
      columns={columns}
      rowKey={({ tradeId }) => tradeId}
      rowProps={({ type }) => ({ "data-testid": "statement-row", "data-type": type })}
      testId={testId}
    />
  );
}
