"use client";

import { useReducedMotion } from "@mantine/hooks";
import { useTranslations } from "next-intl";
import { memo, useEffect, useState } from "react";
import { useCountUp } from "../../../gift/effects/use-count-up";
import { useLocaleFormats } from "../../../lib/use-locale-formats";
import { RedPacket } from "../../../rain/art/red-packet";
import { CoinIcon } from "../../../ui/coin";
import type { MyRain, RainView } from "./rain-view";
import classes from "./won-card.module.css";

const SHOWN_MS = { last: 6_000, more: 2_600 };

/** What the newest packet held, the moment it is known. It goes by itself; what was won stays on the button. */
export const WonCard = memo(function WonCard({ rain, mine }: { rain: RainView; mine: MyRain }) {
  const t = useTranslations("rain");
  const formats = useLocaleFormats();
  const still = useReducedMotion(false, { getInitialValueInEffect: false });
  const [open, setOpen] = useState(true);
  const packet = mine.packets.at(-1);
  const isLast = mine.packets.length >= rain.claimsPerViewer;
  const index = packet?.packetIndex;
  useEffect(() => {
    if (index === undefined) return;
    setOpen(true);
    const timer = setTimeout(() => setOpen(false), isLast ? SHOWN_MS.last : SHOWN_MS.more);
    return () => clearTimeout(timer);
  }, [index, isLast]);
  if (!open || !packet) return null;
  return (
    <div className={classes.place} data-compact={!isLast}>
      <button
        type="button"
        tabIndex={-1}
        key={packet.packetIndex}
        className={classes.card}
        aria-label={t("close")}
        data-testid="rain-won"
        data-coins={packet.coins}
        onClick={() => setOpen(false)}
      >
        <span className={classes.rays} aria-hidden />
        <RedPacket opened height={isLast ? 128 : 64} className={classes.art} />
        <span className={classes.words}>
          <span className={classes.title}>{t("youGot")}</span>
          <span className={`${classes.coins} numeric`}>
            <CoinIcon size="0.8em" />
            <Coins key={packet.packetIndex} coins={packet.coins} still={still} format={formats.coins} />
          </span>
          <span className={classes.note}>
            {rain.claimsPerViewer > 1
              ? t("packetOf", { number: mine.packets.length, all: rain.claimsPerViewer })
              : t("inYourWallet")}
          </span>
        </span>
      </button>
    </div>
  );
});

function Coins({
  coins,
  still,
  format,
}: {
  coins: number;
  still: boolean;
  format: (coins: number) => string;
}) {
  const [target, setTarget] = useState(still ? coins : 0);
  useEffect(() => setTarget(coins), [coins]);
  return <span>{format(useCountUp(target, still))}</span>;
}
