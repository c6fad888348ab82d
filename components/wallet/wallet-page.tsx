"use client";

import { Button, Skeleton, Tabs } from "@mantine/core";
import { IconGift, IconListDetails } from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useSession } from "../lib/session";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { CoinIcon } from "../ui/coin";
import { ErrorPanel, StatePanel } from "../ui/state-panel";
import { GiftOrderList } from "./gift-order-list";
import { StatementList } from "./statement-list";
import { useBalance } from "./use-balance";
import classes from "./wallet-page.module.css";

const BALANCE_REFRESH_MS = 5_000;

/** What I have, what is on its way, and where every coin went. */
export function WalletPage() {
  const t = useTranslations("wallet");
  const { me, error, refresh } = useSession();
  if (me === undefined) return <Skeleton height={180} radius="xl" />;
  if (error && me === null) return <ErrorPanel error={error} onRetry={() => void refresh()} />;
  if (me === null || me.role === "guest") {
    return (
      <StatePanel
        title={t("signInTitle")}
        headingLevel={1}
        testId="wallet-sign-in"
        action={
          <Button component={Link} href="/login?next=%2Fwallet">
            {t("signIn")}
          </Button>
        }
      >
        {t("signInText")}
      </StatePanel>
    );
  }
  return (
    <>
      <h1 className={classes.title}>{t("title")}</h1>
      <div className={classes.top}>
        <BalanceCard />
        <section id="top-up" className={classes.topUp} aria-labelledby="top-up-title" data-testid="top-up">
          <h2 id="top-up-title" className={classes.cardTitle}>
            {t("topUpTitle")}
          </h2>
          <p className={classes.topUpText}>{t("topUpUnavailable")}</p>
        </section>
      </div>
      <Tabs defaultValue="statement" color="vermilion" keepMounted={false} className={classes.tabs}>
        <Tabs.List>
          <Tabs.Tab
            value="statement"
            leftSection={<IconListDetails size={18} aria-hidden />}
            data-testid="tab-statement"
          >
            {t("statement")}
          </Tabs.Tab>
          <Tabs.Tab value="gifts" leftSection={<IconGift size={18} aria-hidden />} data-testid="tab-gifts">
            {t("giftOrders")}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="statement" pt="md">
          <StatementList />
        </Tabs.Panel>
        <Tabs.Panel value="gifts" pt="md">
          <GiftOrderList direction="sent" />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function BalanceCard() {
  const t = useTranslations("wallet");
  const formats = useLocaleFormats();
  const { data, error, refetch, isPending } = useBalance({ refetchIntervalMs: BALANCE_REFRESH_MS });
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  return (
    <section className={classes.balance} aria-labelledby="balance-title" data-testid="wallet-balance">
      <h2 id="balance-title" className={classes.balanceTitle}>
        {t("spendable")}
      </h2>
      <div className={`${classes.amount} numeric`}>
        <CoinIcon size={42} />
        {isPending ? (
          <Skeleton width={180} height={44} />
        ) : (
          formats.coins(data.balanceCoins - data.pendingCoins)
        )}
      </div>
      <dl className={`${classes.parts} numeric`}>
        <div>
          <dt>{t("inLedger")}</dt>
          <dd>{data ? formats.coins(data.balanceCoins) : "—"}</dd>
        </div>
        <div>
          <dt>{t("pending")}</dt>
          <dd data-testid="wallet-pending">{data ? formats.coins(data.pendingCoins) : "—"}</dd>
        </div>
      </dl>
    </section>
  );
}
