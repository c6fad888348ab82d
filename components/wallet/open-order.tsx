"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { ActionButton } from "../ui/action";
import classes from "./top-up-sheet.module.css";

const LOOKED_AT = 5;

/** The newest order that can still be paid, wherever it was made: nobody need order the same twice. */
export function OpenOrder({ onGoOn }: { onGoOn: (orderId: string) => void }) {
  const t = useTranslations("topUpSheet");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const { data } = useQuery(trpc.wallet.orders.queryOptions({ limit: LOOKED_AT }));
  const order = data?.items.find(({ payUrl }) => payUrl !== null);
  if (!order) return null;
  const { orderId, coins, priceFen } = order;
  return (
    <div className={classes.said} data-testid="top-up-open-order" data-order-id={orderId}>
      <p className={classes.text}>{t("openOrder", { coins, price: formats.fen(priceFen) })}</p>
      <ActionButton look="quiet" onClick={() => onGoOn(orderId)}>
        {t("goOnPaying")}
      </ActionButton>
    </div>
  );
}
