"use client";

import { Alert } from "@mantine/core";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { ErrorText } from "../../ui/error-text";
import { useTopUpHref } from "../../wallet/use-top-up-href";
import shared from "./rain.module.css";
import { readRainRefusal } from "./rain-refusal";
import classes from "./rain-refusal-alert.module.css";

/** A refused step in words, with what can be done about it. */
export function RainRefusalAlert({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <Alert color="red" role="alert" className={classes.alert} data-testid="rain-refusal">
      <Words error={error} />
    </Alert>
  );
}

function Words({ error }: { error: unknown }) {
  const t = useTranslations("rainStudio");
  const topUpHref = useTopUpHref();
  const refusal = readRainRefusal(error);
  switch (refusal.kind) {
    case "poor": {
      const { haveCoins: have, needCoins: need } = refusal;
      if (!refusal.fromWallet) return t("refused.noGrant", { have, need });
      return (
        <>
          {t("refused.poor", { have, need })}{" "}
          <Link href={topUpHref} className={shared.link} data-testid="rain-top-up">
            {t("topUp")}
          </Link>
        </>
      );
    }
    case "day":
      return t("refused.day", {
        used: refusal.usedCoins,
        left: refusal.leftCoins,
      });
    case "wait":
      return <Wait key={refusal.retryAfterMs} retryAfterMs={refusal.retryAfterMs} />;
    case "other":
      return <ErrorText error={refusal.error} />;
    default:
      return t(`refused.${refusal.kind}`);
  }
}

/** Counts down what the server asks to wait. */
function Wait({ retryAfterMs }: { retryAfterMs: number }) {
  const t = useTranslations("rainStudio");
  const [seconds, setSeconds] = useState(Math.ceil(retryAfterMs / 1000));
  useEffect(() => {
    const timer = setInterval(() => setSeconds((left) => Math.max(0, left - 1)), 1000);
    return () => clearInterval(timer);
  }, []);
  return seconds > 0 ? t("refused.wait", { seconds }) : t("refused.waited");
}
