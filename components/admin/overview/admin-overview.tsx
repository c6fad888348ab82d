"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import classes from "../admin.module.css";
import { ADMIN_NAV } from "../admin-nav";
import { AttentionBanner } from "./attention-banner";
import { KeyFigures } from "./key-figures";

/** The figures an operator looks at first, and where everything is. */
export function AdminOverview() {
  const t = useTranslations("admin");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("overview")}</h1>
      </div>
      <AttentionBanner />
      <KeyFigures />
      <nav className={classes.tiles} aria-label={t("places")}>
        {ADMIN_NAV.map((place) =>
          place.key === "overview" ? null : (
            <Link key={place.href} href={place.href} className={classes.tile}>
              <strong>{t(place.key)}</strong>
              <span className={classes.tileNote}>{t(`${place.key}Text`)}</span>
            </Link>
          ),
        )}
      </nav>
    </>
  );
}
