"use client";

import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { v7 as uuidv7 } from "uuid";
import type { ChargebackItem } from "@/server/contracts/wallet-admin";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { Table } from "../../ui/table";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";
import { ScrollFrame } from "../scroll-frame";

/** Payments that their provider took back, and what of their coins is still owed. */
export function ChargebackList({ chargebacks }: { chargebacks: readonly ChargebackItem[] }) {
  const t = useTranslations("adminWallets");
  const formats = useLocaleFormats();
  const [recovering, setRecovering] = useState<ChargebackItem | null>(null);
  if (chargebacks.length === 0) return null;
  return (
    <section className={classes.card} aria-labelledby="chargebacks-title">
      <h2 id="chargebacks-title" className={classes.cardTitle}>
        {t("chargebacks")}
      </h2>
      <p className={classes.hint}>{t("chargebacksText")}</p>
      <ScrollFrame labelledBy="chargebacks-title">
        <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="chargebacks">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("chargedBackAt")}</Table.Th>
              <Table.Th className={classes.right}>{t("amount")}</Table.Th>
              <Table.Th className={classes.right}>{t("coins")}</Table.Th>
              <Table.Th className={classes.right}>{t("recovered")}</Table.Th>
              <Table.Th className={classes.right}>{t("owed")}</Table.Th>
              <Table.Th aria-label={t("recover")} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {chargebacks.map((payment) => (
              <Table.Tr key={payment.paymentId} data-testid="chargeback">
                <Table.Td className={classes.nowrap}>
                  {payment.chargedBackAt ? formats.dateTime(payment.chargedBackAt) : "—"}
                </Table.Td>
                <Table.Td className={classes.right}>{formats.fen(payment.amountFen)}</Table.Td>
                <Table.Td className={classes.right}>
                  <CoinAmount>{formats.coins(payment.coins)}</CoinAmount>
                </Table.Td>
                <Table.Td className={classes.right}>{formats.coins(payment.recoveredCoins)}</Table.Td>
                <Table.Td className={`${classes.right} ${payment.owedCoins > 0 ? classes.bad : ""}`}>
                  {formats.coins(payment.owedCoins)}
                </Table.Td>
                <Table.Td className={classes.right}>
                  {payment.owedCoins > 0 ? (
                    <Button
                      size="compact-sm"
                      variant="default"
                      onClick={() => setRecovering(payment)}
                      data-testid="recover"
                    >
                      {t("recover")}
                    </Button>
                  ) : null}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollFrame>
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
