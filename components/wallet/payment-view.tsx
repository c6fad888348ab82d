"use client";

import { IconExternalLink } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ActionButton } from "../ui/action";
import actionClasses from "../ui/action.module.css";
import classes from "./top-up-sheet.module.css";

interface PaymentViewProps {
  payUrl: string;
  inFrame: boolean;
  coins: number;
}

/**
 * The provider's page: in a frame where it allows that, else in a window. A window tells us nothing, not even that it was
 * closed (our pages keep apart from those they open); what became of the payment is the server's to say.
 */
export function PaymentView({ payUrl, inFrame, coins }: PaymentViewProps) {
  const t = useTranslations("topUpSheet");
  const [inWindow, setInWindow] = useState(false);
  const opener = (look: "primary" | "quiet", label: string) => (
    <a
      href={payUrl}
      target="_blank"
      rel="noopener noreferrer"
      className={actionClasses.action}
      data-look={look}
      data-testid="top-up-window"
      onClick={() => setInWindow(true)}
    >
      {label} <IconExternalLink size={18} aria-hidden />
      <span className="visually-hidden">{t("newWindow")}</span>
    </a>
  );
  if (inFrame && !inWindow) {
    return (
      <>
        <iframe
          src={payUrl}
          title={t("frame", { coins })}
          className={classes.frame}
          // It may not lead the room away. Its origin is its own, so what it runs reaches nothing of ours.
          // oxlint-disable-next-line react/iframe-missing-sandbox -- a provider's page needs scripts and its own cookies
          sandbox="allow-forms allow-scripts allow-same-origin allow-popups"
          data-testid="top-up-frame"
        />
        {opener("quiet", t("openWindow"))}
      </>
    );
  }
  return (
    <>
      <div className={classes.said} role="status" data-testid="top-up-window-said">
        <div>
          <p className={classes.saidTitle}>{t("payFor", { coins })}</p>
          <p className={classes.text}>{inWindow ? t("inWindow") : t("windowHint")}</p>
        </div>
      </div>
      {opener("primary", inWindow ? t("openAgain") : t("openWindow"))}
      {inFrame ? (
        <ActionButton look="quiet" onClick={() => setInWindow(false)} data-testid="top-up-here">
          {t("payHere")}
        </ActionButton>
      ) : null}
    </>
  );
}
