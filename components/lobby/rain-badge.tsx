"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import type { RoomCard } from "@/domain/contracts/room";
import { serverNowMs } from "../lib/server-clock";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { RedPacket } from "../rain/art/red-packet";
import { formatTimeLeft } from "../room/features/rain/time-left";
import { CoinIcon } from "../ui/coin";
import classes from "./rain-badge.module.css";

const TICK_MS = 1_000;

/** On a room's card: red packets are falling there, or will. */
export function RainBadge({ rain }: { rain: NonNullable<RoomCard["rain"]> }) {
  const t = useTranslations("lobby");
  const formats = useLocaleFormats();
  const [nowMs, setNowMs] = useState(serverNowMs);
  useEffect(() => {
    if (rain.isFalling) return;
    const timer = setInterval(() => setNowMs(serverNowMs()), TICK_MS);
    return () => clearInterval(timer);
  }, [rain.isFalling]);
  const time = formatTimeLeft(Date.parse(rain.startsAt) - nowMs);
  return (
    <span className={classes.badge} data-falling={rain.isFalling} data-testid="rain-badge">
      <RedPacket height={26} className={classes.packet} />
      <span suppressHydrationWarning className="numeric">
        {rain.isFalling ? t("rainFalling") : t("rainIn", { time })}
      </span>
      <span className={`${classes.coins} numeric`}>
        <CoinIcon />
        <span aria-hidden>{formats.compact(rain.budgetCoins)}</span>
        <span className="visually-hidden">{t("rainCoins", { coins: rain.budgetCoins })}</span>
      </span>
    </span>
  );
}
