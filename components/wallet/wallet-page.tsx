"use client";

import { Button, Skeleton, Tabs } from "@mantine/core";
import { IconCreditCard, IconGift, IconListDetails, IconLock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useSession } from "../lib/session";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { CoinIcon } from "../ui/coin";
import { ErrorPanel, StatePanel } from "../ui/state-panel";
import { CapsCard } from "./caps-card";
import { GiftOrderList } from "./gift-order-list";
import { RechargeList } from "./recharge-list";
import { RechargeState } from "./recharge-state";
import { StatementList } from "./statement-list";
import { TopUp } from "./top-up";
import { useBalance } from "./use-balance";
import { useWalletPush } from "./use-wallet-push";
import classes from "./wallet-page.module.css";

const BALANCE_REFRESH_MS = 5_000;

interface WalletPageProps {
  /** The top-up that a person comes back from. */
  orderId: string | null;
  /** The room that a person comes from. */
  roomId: string | null;
}

/** What I have, what is on its way, and where every coin went. */
export function WalletPage({ orderId, roomId }: WalletPageProps) {
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
          <Button component={Link} href={`/login?next=${encodeURIComponent(hereOf({ orderId, roomId }))}`}>
            {t("signIn")}
          </Button>
        }
      >
        {t("signInText")}
      </StatePanel>
    );
  }
  // Operators neither give nor buy coins.
  if (me.role === "operator") {
    return (
      <StatePanel
        title={t("operatorTitle")}
        headingLevel={1}
        testId="wallet-operator"
        action={
          <Button component={Link} href="/admin/wallets">
            {t("operatorAction")}
          </Button>
        }
      >
        {t("operatorText")}
      </StatePanel>
    );
  }
  return <OwnWallet userId={me.userId} orderId={orderId} roomId={roomId} />;
}

/** This page's address, to come back to after signing in. */
function hereOf({ orderId, roomId }: WalletPageProps): string {
  if (orderId) return `/wallet?order=${orderId}`;
  return roomId ? `/wallet?room=${roomId}#top-up` : "/wallet";
}

function OwnWallet({ userId, orderId, roomId }: WalletPageProps & { userId: string }) {
  const t = useTranslations("wallet");
  useWalletPush(userId);
  return (
    <div className="thumbs">
      <h1 className={classes.title}>{t("title")}</h1>
      {orderId ? <RechargeState orderId={orderId} /> : null}
      <div className={classes.top}>
        <BalanceCard />
        <TopUp roomId={roomId} />
      </div>
      <CapsCard />
      <Tabs defaultValue="statement" color="vermilion" keepMounted={false} className={classes.tabs}>
        <Tabs.List>
          <Tabs.Tab
            value="statement"
            leftSection={<IconListDetails size={18} aria-hidden />}
            data-testid="tab-statement"
          >
            {t("statement")}
          </Tabs.Tab>
          <Tabs.Tab
            value="recharges"
            leftSection={<IconCreditCard size={18} aria-hidden />}
            data-testid="tab-recharges"
          >
            {t("recharges")}
          </Tabs.Tab>
          <Tabs.Tab value="gifts" leftSection={<IconGift size={18} aria-hidden />} data-testid="tab-gifts">
            {t("giftOrders")}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="statement" pt="md">
          <StatementList />
        </Tabs.Panel>
        <Tabs.Panel value="recharges" pt="md">
          <RechargeList />
        </Tabs.Panel>
        <Tabs.Panel value="gifts" pt="md">
          <GiftOrderList side="sent" />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

function BalanceCard() {
  const t = useTranslations("wallet");
  const formats = useLocaleFormats();
  const { data, error, refetch, isPending } = useBalance({ refetchIntervalMs: BALANCE_REFRESH_MS });
  const trpc = useTRPC();
  const grabbed = useQuery(trpc.rain.grabbed.queryOptions());
  const coinsOrDash = (coins: number | undefined) => (coins === undefined ? "—" : formats.coins(coins));
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
      {data?.frozen ? (
        <p className={classes.frozen} role="alert" data-testid="wallet-frozen">
          <IconLock size={18} aria-hidden />
          {t("frozen")}
        </p>
      ) : null}
      <dl className={`${classes.parts} numeric`}>
        <div>
          <dt>{t("inLedger")}</dt>
          <dd>{data ? formats.coins(data.balanceCoins) : "—"}</dd>
        </div>
        <div>
          <dt>{t("pending")}</dt>
          <dd data-testid="wallet-pending">{data ? formats.coins(data.pendingCoins) : "—"}</dd>
        </div>
        <div>
          <dt>{t("recharged")}</dt>
          <dd data-testid="wallet-recharged">{coinsOrDash(data?.rechargedCoins)}</dd>
        </div>
        <div>
          <dt>{t("grabbed")}</dt>
          <dd data-testid="wallet-grabbed">{coinsOrDash(grabbed.data?.coins)}</dd>
        </div>
      </dl>
    </section>
  );
}
