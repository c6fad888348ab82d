"use client";

import { useTranslations } from "next-intl";
import { useNetworkLost } from "../lib/use-network-lost";
import classes from "./network-pill.module.css";

/** Says that the network has gone: what was tapped meanwhile opens when it is back. Nothing that acts, and in nobody's way. */
export function NetworkPill() {
  const t = useTranslations("common");
  const isLost = useNetworkLost();
  return (
    <div role="status" className={classes.holder} data-testid="network">
      {isLost ? (
        <span className={classes.pill} data-testid="network-pill">
          {t("noNetwork")}
        </span>
      ) : null}
    </div>
  );
}
