"use client";

import { useTranslations } from "next-intl";
import classes from "./admin.module.css";

export function OrdersPage() {
  const t = useTranslations("admin");
  return (
    <div className={classes.pageHead}>
      <h1 className={classes.title}>{t("orders")}</h1>
      <p className={classes.hint}>{t("ordersText")}</p>
    </div>
  );
}
