"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { Suspense } from "react";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { ErrorPanel } from "../../ui/state-panel";
import { Table } from "../../ui/table";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { SearchForm } from "../search-form";
import { CapsPolicyCard } from "./caps-policy-card";
import { WalletCard } from "./wallet-card";

/** Anybody's wallet: found, looked through, frozen and let go; and the caps that hold for everybody. */
export function WalletsPage() {
  const t = useTranslations("admin");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("wallets")}</h1>
        <p className={classes.hint}>{t("walletsText")}</p>
      </div>
      <Suspense>
        <Wallets />
      </Suspense>
    </>
  );
}

function Wallets() {
  const t = useTranslations("adminWallets");
  const router = useRouter();
  const params = useSearchParams();
  const userId = params.get("userId");
  const text = params.get("q") ?? "";
  const go = (query: string) => router.replace(`/admin/wallets?${query}`, { scroll: false });
  return (
    <>
      <section className={classes.card} aria-label={t("search")}>
        <SearchForm
          key={text}
          label={t("search")}
          placeholder={t("placeholder")}
          submit={t("find")}
          initial={text}
          onSearch={(next) => go(`q=${encodeURIComponent(next)}`)}
        />
        {text === "" ? null : <Found text={text} />}
      </section>
      {userId ? <WalletCard key={userId} userId={userId} /> : <CapsPolicyCard />}
    </>
  );
}

function Found({ text }: { text: string }) {
  const t = useTranslations("adminWallets");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const { data, error, refetch } = useQuery(trpc.wallet.find.queryOptions({ text }));
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <ListSkeleton label={t("loading")} />;
  if (data.length === 0) return <p className={classes.hint}>{t("none")}</p>;
  return (
    <div className={classes.tableFrame}>
      <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="wallets-found">
        <Table.Tbody>
          {data.map((wallet) => (
            <Table.Tr key={wallet.userId}>
              <Table.Td>
                <Link
                  className={classes.link}
                  href={`/admin/wallets?q=${encodeURIComponent(text)}&userId=${wallet.userId}`}
                  data-testid="wallet-link"
                >
                  {wallet.nickname}
                </Link>
              </Table.Td>
              <Table.Td className={classes.mono}>{wallet.userId}</Table.Td>
              <Table.Td>{t(`roles.${wallet.role}`)}</Table.Td>
              <Table.Td className={classes.right}>
                {wallet.balanceCoins === null ? (
                  "—"
                ) : (
                  <CoinAmount>{formats.coins(wallet.balanceCoins)}</CoinAmount>
                )}
              </Table.Td>
              <Table.Td className={classes.bad}>{wallet.frozen ? t("frozen") : ""}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
