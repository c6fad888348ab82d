"use client";

import { useTranslations } from "next-intl";
import type { LuckyClaim } from "@/domain/contracts/rain";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import classes from "./luckiest-list.module.css";
import shared from "./rain.module.css";

/** Who got most, first the luckiest. */
export function LuckiestList({ board, shown }: { board: readonly LuckyClaim[]; shown: number }) {
  const t = useTranslations("rainStudio");
  const formats = useLocaleFormats();
  if (board.length === 0) return <p className={shared.empty}>{t("nobodyYet")}</p>;
  return (
    <ol className={`${classes.lucky} numeric`} data-testid="rain-luckiest">
      {board.slice(0, shown).map((claim, i) => (
        <li key={claim.packetIndex}>
          <span className={classes.rank} aria-hidden>
            {i + 1}
          </span>
          <span className={classes.luckyName}>{claim.nickname}</span>
          <CoinAmount>{formats.coins(claim.coins)}</CoinAmount>
        </li>
      ))}
    </ol>
  );
}
