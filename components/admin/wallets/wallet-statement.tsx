"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { StatementItem } from "@/domain/contracts/wallet";
import { useTRPC } from "../../lib/trpc";
import { PagedList } from "../../ui/paged-list";
import { StatementTable } from "../../wallet/statement-table";
import classes from "../admin.module.css";

/** Every entry of somebody's ledger, newest first. */
export function WalletStatement({ userId }: { userId: string }) {
  const t = useTranslations("wallet");
  const trpc = useTRPC();
  const statement = useInfiniteQuery(
    trpc.wallet.statementOf.infiniteQueryOptions(
      { userId },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  return (
    <section className={classes.card} aria-labelledby="wallet-statement-title">
      <div className={classes.cardHead}>
        <h2 id="wallet-statement-title" className={classes.cardTitle}>
          {t("statement")}
        </h2>
        <Button
          size="compact-sm"
          variant="default"
          component="a"
          href={`/api/export/statement.csv?userId=${userId}`}
          download
        >
          {t("csv")}
        </Button>
      </div>
      <PagedList
        query={statement}
        loading={t("loading")}
        empty={<p className={classes.hint}>{t("noTrades")}</p>}
      >
        {(items: readonly StatementItem[]) => (
          <StatementTable items={items} labelledBy="wallet-statement-title" testId="wallet-statement" />
        )}
      </PagedList>
    </section>
  );
}
