"use client";

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { WalletDetail, WalletFreeze } from "@/domain/contracts/wallet-admin";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";
import { ActionList } from "./action-list";
import { ChargebackList } from "./chargeback-list";
import { ViewerCapsCard } from "./viewer-caps-card";
import { WalletStatement } from "./wallet-statement";

const REFRESH_MS = 5_000;

/** One wallet with everything that an operator needs to decide, and what can be done about it. */
export function WalletCard({ userId }: { userId: string }) {
  const t = useTranslations("adminWallets");
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.wallet.inspect.queryOptions({ userId }, { refetchInterval: REFRESH_MS, retry: false }),
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <section className={classes.card}>
        <ListSkeleton label={t("loading")} rows={12} />
      </section>
    );
  return (
    <>
      <Facts wallet={data} />
      <ChargebackList chargebacks={data.chargebacks} />
      <ViewerCapsCard userId={userId} caps={data.caps} />
      <ActionList actions={data.actions} />
      <WalletStatement userId={userId} />
    </>
  );
}

function Facts({ wallet }: { wallet: WalletDetail }) {
  const t = useTranslations("adminWallets");
  const formats = useLocaleFormats();
  const [deciding, setDeciding] = useState(false);
  const { balance } = wallet;
  const isFrozen = balance.frozen === true;
  return (
    <section
      className={classes.card}
      aria-labelledby="wallet-title"
      data-testid="wallet-card"
      data-frozen={isFrozen}
    >
      <div className={classes.cardHead}>
        <h2 id="wallet-title" className={classes.cardTitle}>
          <bdi>{wallet.nickname}</bdi>{" "}
          {isFrozen ? <strong className={classes.bad}>{t("frozen")}</strong> : null}
        </h2>
        <Button.Group>
          <Button
            size="compact-sm"
            variant="default"
            component={Link}
            href={`/admin/orders?q=${wallet.userId}`}
          >
            {t("orders")}
          </Button>
          <Button
            size="compact-sm"
            color={isFrozen ? undefined : "red"}
            onClick={() => setDeciding(true)}
            data-testid={isFrozen ? "unfreeze" : "freeze"}
          >
            {t(isFrozen ? "unfreeze" : "freeze")}
          </Button>
        </Button.Group>
      </div>
      <p className={`${classes.hint} ${classes.mono}`}>{wallet.userId}</p>
      {wallet.freezes.length > 0 ? (
        <ul className={classes.hint} aria-label={t("freezes")} data-testid="wallet-freezes">
          {wallet.freezes.map((freeze) => (
            <li key={`${freeze.source}/${freeze.subject}`} data-source={freeze.source}>
              <strong>{t(`freezeSources.${freeze.source}`)}</strong> · {formats.dateTime(freeze.at)} ·{" "}
              <bdi>{freeze.reason}</bdi>
            </li>
          ))}
        </ul>
      ) : null}
      <dl className={`${classes.figures} numeric`}>
        <div className={classes.tile}>
          <dt className={classes.tileLabel}>{t("balance")}</dt>
          <dd className={classes.tileValue} data-testid="wallet-coins">
            {formats.coins(balance.balanceCoins)}
          </dd>
        </div>
        <div className={classes.tile}>
          <dt className={classes.tileLabel}>{t("pending")}</dt>
          <dd className={classes.tileValue}>{formats.coins(balance.pendingCoins)}</dd>
        </div>
        <div className={classes.tile}>
          <dt className={classes.tileLabel}>{t("spentToday")}</dt>
          <dd className={classes.tileValue}>{formats.coins(wallet.caps.spentDayCoins)}</dd>
        </div>
        <div className={classes.tile}>
          <dt className={classes.tileLabel}>{t("spentThisMonth")}</dt>
          <dd className={classes.tileValue}>{formats.coins(wallet.caps.spentMonthCoins)}</dd>
        </div>
      </dl>
      {deciding ? (
        <FreezeDialog
          key={String(isFrozen)}
          userId={wallet.userId}
          isFrozen={isFrozen}
          freezes={wallet.freezes}
          onClose={() => setDeciding(false)}
        />
      ) : null}
    </section>
  );
}

function FreezeDialog({
  userId,
  isFrozen,
  freezes,
  onClose,
}: {
  userId: string;
  isFrozen: boolean;
  freezes: readonly WalletFreeze[];
  onClose: () => void;
}) {
  const t = useTranslations("adminWallets");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const options = {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: trpc.wallet.pathKey() });
      onClose();
    },
  };
  const freeze = useMutation(trpc.wallet.freeze.mutationOptions(options));
  const unfreeze = useMutation(trpc.wallet.unfreeze.mutationOptions(options));
  const change = isFrozen ? unfreeze : freeze;
  // Those that were on the screen: a reason that came since is not lifted unseen.
  const [lift] = useState(() =>
    freezes.flatMap(({ source, subject }) => (source === "restriction" ? [] : [{ source, subject }])),
  );
  return (
    <ReasonDialog
      title={t(isFrozen ? "unfreezeTitle" : "freezeTitle")}
      confirm={t(isFrozen ? "unfreeze" : "freeze")}
      danger={!isFrozen}
      isPending={change.isPending}
      error={change.error}
      onConfirm={(reason) =>
        isFrozen
          ? unfreeze.mutate({ userId, reason, lift: lift.length > 0 ? lift : undefined })
          : freeze.mutate({ userId, reason })
      }
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>{t(isFrozen ? "unfreezeText" : "freezeText")}</p>
    </ReasonDialog>
  );
}
