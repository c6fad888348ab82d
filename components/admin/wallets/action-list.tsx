"use client";

import { useTranslations } from "next-intl";
import type { WalletAction } from "@/domain/contracts/wallet-admin";
import { ActionTable } from "../action-table";
import classes from "../admin.module.css";

/** What operators did to a wallet, with their reasons. */
export function ActionList({ actions }: { actions: readonly WalletAction[] }) {
  const t = useTranslations("adminWallets");
  if (actions.length === 0) return null;
  return (
    <section className={classes.card} aria-labelledby="actions-title">
      <h2 id="actions-title" className={classes.cardTitle}>
        {t("actions")}
      </h2>
      <ActionTable actions={actions} labelledBy="actions-title" testId="wallet-actions" />
    </section>
  );
}
