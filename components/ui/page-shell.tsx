"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { NetworkPill } from "./network-pill";
import classes from "./page-shell.module.css";
import { SiteHeader } from "./site-header";

/** Header, main landmark and room to breathe; what every page but the room stands in. */
export function PageShell({ children, wide = false }: { children: ReactNode; wide?: boolean }) {
  const t = useTranslations("common");
  return (
    <>
      <a className="skip-link" href="#main">
        {t("skipToContent")}
      </a>
      <SiteHeader />
      <main id="main" className={classes.main} data-wide={wide} tabIndex={-1}>
        {children}
      </main>
      <NetworkPill />
    </>
  );
}
