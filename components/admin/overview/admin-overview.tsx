"use client";

import { useTranslations } from "next-intl";
import classes from "../admin.module.css";
import { KeyFigures } from "./key-figures";
import { LiveFigures } from "./live-figures";

/** The figures an operator looks at first; where everything is stands beside every page. */
export function AdminOverview() {
  const t = useTranslations("admin");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("overview")}</h1>
      </div>
      <KeyFigures />
      <LiveFigures />
    </>
  );
}
