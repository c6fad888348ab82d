"use client";

import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { v7 as uuidv7 } from "uuid";
import type { ChargebackItem } from "@/domain/contracts/wallet-admin";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { type Column, DataTable } from "../../ui/data-table";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";

/** Payments that their provider took back, and what of their coins is still owed. */
export function ChargebackList({ chargebacks }: { chargebacks: readonly ChargebackItem[] }) {
  const t = useTranslations("adminWallets");
  const formats = useLocaleFormats();
  const [recovering, setRecovering] = useState<ChargebackItem | null>(null);
  if (chargebacks.length === 0) return null;
  const columns: Column<ChargebackItem>[] = [
    {
      key: "at",
      label: t("chargedBackAt"),
      isNowrap: true,
      isTitle: true,
      renderCell: ({ chargedBackAt }) => (chargedBackAt ? formats.dateTime(chargedBackAt) : "—"),
    },
    {
      key: "amount",
      label: t("amount"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ amountFen }) => formats.fen(amountFen),
    },
    {
      key: "coins",
      label: t("coins"),
      isEnd: true,
      renderCell: ({ coins }) => <CoinAmount>{formats.coins(coins)}</CoinAmount>,
    },
    {
      key: "recovered",
      label: t("recovered"),
      isEnd: true,
      renderCell: ({ recoveredCoins }) => formats.coins(recoveredCoins),
    },
    {
      key: "owed",
      label: t("owed"),
      isEnd: true,
      renderCell: ({ owedCoins }) => (
        <span className={owedCoins > 0 ? classes.bad : undefined}>{formats.coins(owedCoins)}</span>
      ),
    },
    {
      key: "recover",
      label: t("recover"),
      isActing: true,
      renderCell: (payment) =>
        payment.owedCoins > 0 ? (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setRecovering(payment)}
            data-testid="recover"
          >
            {t("recover")}
          </Button>
        ) : null,
    },
  ];
  return (
    <section className={classes.card} aria-labelledby="chargebacks-title">
      <h2 id="chargebacks-title" className={classes.cardTitle}>
        {t("chargebacks")}
      </h2>
      <p className={classes.hint}>{t("chargebacksText")}</p>
      <DataTable
        labelledBy="chargebacks-title"
        items={chargebacks}
        columns={columns}
        rowKey={({ paymentId }) => paymentId}
        rowProps={() => ({ "data-testid": "chargeback" })}
        testId="chargebacks"
      />
      {recovering ? (
        <RecoverDialog key={recovering.paymentId} payment={recovering} onClose={() => setRecovering(null)} />
      ) : null}
    </section>
  );
}

function RecoverDialog({ payment, onClose }: { payment: ChargebackItem; onClose: () => void }) {
  const t = useTranslations("adminWallets");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [recoveryId] = useState(() => uuidv7());
  const recover = useMutation(
    trpc.wallet.recover.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.wallet.pathKey() });
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      title={t("recoverTitle")}
      confirm={t("recover")}
      danger
      isPending={recover.isPending}
      error={recover.error}
      onConfirm={(reason) => recover.mutate({ recoveryId, paymentId: payment.paymentId, reason })}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>{t("recoverText", { owed: payment.owedCoins })}</p>
    </ReasonDialog>
  );
}
