"use client";

import { useTranslations } from "next-intl";
import { useLocaleFormats } from "../../../lib/use-locale-formats";
import { RedPacket } from "../../../rain/art/red-packet";
import { CoinAmount } from "../../../ui/coin";
import classes from "./rain-layer.module.css";
import type { RainView } from "./rain-view";
import { formatTimeLeft } from "./time-left";

/** A rain that is still far: small, out of the way, with the time left. */
export function PlannedChip({ rain, leftMs }: { rain: RainView; leftMs: number }) {
  const t = useTranslations("rain");
  const formats = useLocaleFormats();
  return (
    <div className={classes.chip} data-testid="rain-planned">
      <RedPacket height={34} className={classes.chipArt} />
      <span className={classes.chipWords}>
        <span className={classes.chipTitle}>
          {t("plannedIn")} <b className="numeric">{formatTimeLeft(leftMs)}</b>
        </span>
        <CoinAmount className={classes.onPicture} label={t("coinsSpoken", { coins: rain.budgetCoins })}>
          {formats.coins(rain.budgetCoins)}
        </CoinAmount>
      </span>
    </div>
  );
}
