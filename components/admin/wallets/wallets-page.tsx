"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import type { FoundWallet } from "@/domain/contracts/wallet-admin";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { type Column, DataTable } from "../../ui/data-table";
import { ErrorPanel } from "../../ui/state-panel";
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
      <Wallets />
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
  const columns: Column<FoundWallet>[] = [
    {
      key: "name",
      label: t("name"),
      isTitle: true,
      renderCell: ({ userId, nickname }) => (
        <Link
          className={classes.link}
          href={`/admin/wallets?q=${encodeURIComponent(text)}&userId=${userId}`}
          data-testid="wallet-link"
        >
          {nickname}
        </Link>
      ),
    },
    { key: "id", label: t("userId"), className: classes.mono, renderCell: ({ userId }) => userId },
    { key: "role", label: t("role"), renderCell: ({ role }) => t(`roles.${role}`) },
    {
      key: "balance",
      label: t("balance"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ balanceCoins }) =>
        balanceCoins === null ? "—" : <CoinAmount>{formats.coins(balanceCoins)}</CoinAmount>,
    },
    {
      key: "state",
      label: t("state"),
      className: classes.bad,
      renderCell: ({ frozen }) => (frozen ? t("frozen") : null),
    },
  ];
  return (
    <DataTable
      label={t("search")}
      items={data}
      columns={columns}
      rowKey={({ userId }) => userId}
      testId="wallets-found"
    />
  );
}
