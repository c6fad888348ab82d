"use client";

import { Button } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { Rain } from "@/domain/contracts/rain";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import shared from "./rain.module.css";
import classes from "./rain-history.module.css";

interface RainHistoryProps {
  rains: readonly Rain[];
  shownId: string | null;
  onShow: (rainId: string) => void;
  more: { isLoading: boolean; load: () => void } | null;
}

/** Her rains, newest first; each leads to where it stands or to its result. */
export function RainHistory({ rains, shownId, onShow, more }: RainHistoryProps) {
  const t = useTranslations("rainStudio");
  const states = useTranslations("rainStates");
  const formats = useLocaleFormats();
  return (
    <section className={classes.history} aria-labelledby="rain-history-title">
      <h3 id="rain-history-title" className={shared.subtitle}>
        {t("history")}
      </h3>
      {rains.length === 0 ? (
        <p className={shared.empty}>{t("noHistory")}</p>
      ) : (
        <ul className={`${classes.historyList} numeric`} data-testid="rain-history">
          {rains.map((rain) => (
            <li key={rain.rainId}>
              <button
                type="button"
                className={classes.historyRow}
                aria-current={rain.rainId === shownId ? "true" : undefined}
                data-testid="rain-history-row"
                data-rain-id={rain.rainId}
                onClick={() => onShow(rain.rainId)}
              >
                <time dateTime={rain.createdAt}>{formats.dateTime(rain.createdAt)}</time>
                <CoinAmount>{formats.coins(rain.budgetCoins)}</CoinAmount>
                <span className={classes.historyCount}>
                  {rain.startedAt
                    ? t("ofAll", {
                        part: formats.coins(rain.claimedCount),
                        all: formats.coins(rain.packetCount),
                      })
                    : t("packetsShort", { packets: rain.packetCount })}
                </span>
                <span className={shared.badge} data-status={rain.status}>
                  {rain.status === "ended" && rain.endReason
                    ? states(`endReason.${rain.endReason}`)
                    : states(`status.${rain.status}`)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {more ? (
        <Button
          variant="default"
          size="compact-sm"
          style={{ justifySelf: "start" }}
          loading={more.isLoading}
          onClick={more.load}
          data-testid="rain-history-more"
        >
          {t("more")}
        </Button>
      ) : null}
    </section>
  );
}
