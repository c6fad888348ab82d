"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import type { PushState } from "@/push/client/push-connection";
import { useNetworkLost } from "../lib/use-network-lost";
import classes from "./connection-pill.module.css";

/** Tells when the room is not live on this screen, and what came back afterwards. Nothing to say, nothing shown. */
export const ConnectionPill = memo(function ConnectionPill({
  connection,
  replayed,
}: {
  connection: PushState;
  replayed: number;
}) {
  const t = useTranslations("room");
  const isLost = useNetworkLost() && connection !== "connected";
  const text = isLost ? t("noNetwork") : textOf(connection);
  function textOf(state: PushState): string | null {
    if (state === "reconnecting") return t("reconnecting");
    if (state === "offline") return t("offline");
    return replayed > 0 ? t("replayed", { count: replayed }) : null;
  }
  return (
    <div role="status" className={classes.holder} data-testid="connection" data-state={connection}>
      {text ? (
        <span
          className={classes.pill}
          data-kind={connection === "connected" ? "good" : "waiting"}
          data-testid="connection-pill"
        >
          <span className={classes.dot} aria-hidden />
          {text}
        </span>
      ) : null}
    </div>
  );
});
