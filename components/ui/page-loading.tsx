"use client";

import { useTranslations } from "next-intl";
import { BrandMark } from "./brand";
import classes from "./page-loading.module.css";

export function PageLoading() {
  const t = useTranslations("common");
  return (
    <div className={classes.loading} role="status" aria-label={t("loading")}>
      <span className={classes.mark}>
        <BrandMark size={52} />
      </span>
    </div>
  );
}
