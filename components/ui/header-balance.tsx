"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { useBalance } from "../wallet/use-balance";
import { CoinIcon } from "./coin";
import { LinkWaits } from "./link-waits";
import classes from "./site-header.module.css";

/** The balance in the header, which is also the way to the wallet. */
export function HeaderBalance() {
  const t = useTranslations("nav");
  const formats = useLocaleFormats();
  const { data } = useBalance();
  const spendable = data ? data.balanceCoins - data.pendingCoins : null;
  return (
    <Link
      href="/wallet"
      className={classes.balance}
      data-testid="header-balance"
      aria-label={spendable !== null ? t("walletWithBalance", { coins: spendable }) : t("wallet")}
    >
      <CoinIcon size={18} />
      <span className="numeric">{spendable === null ? "—" : formats.coins(spendable)}</span>
      <LinkWaits />
    </Link>
  );
}
