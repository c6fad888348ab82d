"use client";

import { useTranslations } from "next-intl";
import type { RechargeResult } from "@/domain/contracts/recharge";
import { webAddress } from "../lib/web-address";
import { ProductList } from "./product-list";
import classes from "./top-up.module.css";
import { rememberRoom } from "./top-up-place";

/** What can be bought. A tap orders it and opens the page on which it is paid. */
export function TopUp({ roomId }: { roomId: string | null }) {
  const t = useTranslations("recharge");
  function goPay({ orderId, payUrl }: RechargeResult) {
    if (roomId) rememberRoom(orderId, roomId);
    const address = webAddress(payUrl);
    if (!address) throw new Error("The provider named no page to pay on.");
    window.location.assign(address);
  }
  return (
    <section id="top-up" className={classes.topUp} aria-labelledby="top-up-title" data-testid="top-up">
      <h2 id="top-up-title" className={classes.title}>
        {t("title")}
      </h2>
      <ProductList onOrdered={goPay} />
      <p className={classes.hint}>{t("hint")}</p>
    </section>
  );
}
