"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { Rain } from "@/domain/contracts/rain";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import classes from "./rain-facts.module.css";

/** What was planned, in one line. */
export function RainFacts({ rain }: { rain: Rain }) {
  const t = useTranslations("rainStudio");
  const formats = useLocaleFormats();
  return (
    <dl className={`${classes.facts} numeric`} data-testid="rain-facts">
      <Figure label={t("budget")}>
        <CoinAmount>{formats.coins(rain.budgetCoins)}</CoinAmount>
      </Figure>
      <Figure label={t("packets")}>{formats.coins(rain.packetCount)}</Figure>
      <Figure label={t("duration")}>{t("secondsShort", { seconds: rain.durationSeconds })}</Figure>
      <Figure label={t("perViewer")}>{formats.coins(rain.claimsPerViewer)}</Figure>
      <Figure label={t("payer")}>{t(`payers.${rain.fundedBy}`)}</Figure>
      {rain.remark ? (
        <Figure label={t("remark")}>
          <bdi>{rain.remark}</bdi>
        </Figure>
      ) : null}
      {rain.startsAt ? (
        <Figure label={t("plannedFor")}>
          <time dateTime={rain.startsAt}>{formats.dateTime(rain.startsAt)}</time>
        </Figure>
      ) : null}
    </dl>
  );
}

export function Figure({
  label,
  children,
  testId,
  main = false,
}: {
  label: string;
  children: ReactNode;
  testId?: string;
  main?: boolean;
}) {
  return (
    <div data-main={main}>
      <dt>{label}</dt>
      <dd data-testid={testId}>{children}</dd>
    </div>
  );
}
