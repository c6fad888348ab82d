"use client";

import { IconCrown, IconShieldCheck, IconX } from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type RefObject, useEffect, useRef } from "react";
import type { LuckyClaim, RainResult } from "@/domain/contracts/rain";
import { useLocaleFormats } from "../../../lib/use-locale-formats";
import { RedPacket } from "../../../rain/art/red-packet";
import { CoinAmount, CoinIcon } from "../../../ui/coin";
import { PersonAvatar } from "../../../ui/person-avatar";
import { Shimmer } from "../../../ui/shimmer";
import classes from "./rain-result-card.module.css";
import { totalCoins } from "./rain-scene";
import type { MyRain, RainView } from "./rain-view";

interface RainResultCardProps {
  rain: RainView;
  /** Not yet known for a moment after the end. */
  result: RainResult | undefined;
  mine: MyRain | undefined;
  myId: string | null;
  /** Whether the keyboard was in what this card replaces. */
  takesFocus: RefObject<boolean>;
  onClose: () => void;
}

/** How a rain went: one's own packets, the luckiest, and the way to check the split. */
export function RainResultCard({ rain, result, mine, myId, takesFocus, onClose }: RainResultCardProps) {
  const t = useTranslations("rain");
  const formats = useLocaleFormats();
  const cardRef = useRef<HTMLElement>(null);
  useEffect(() => {
    if (takesFocus.current) cardRef.current?.focus();
  }, [takesFocus]);
  const coins = totalCoins(mine);
  return (
    <section
      ref={cardRef}
      className={classes.card}
      aria-label={t("resultLabel")}
      tabIndex={-1}
      data-testid="rain-result"
      data-rain-id={rain.rainId}
    >
      <button
        type="button"
        className={classes.close}
        aria-label={t("close")}
        data-testid="rain-close"
        onClick={onClose}
      >
        <IconX size={20} aria-hidden />
      </button>
      <div className={classes.mine}>
        <RedPacket opened={coins > 0} height={96} className={classes.art} />
        <h2 className={classes.title}>{t(`endTitle.${titleOf(rain)}`)}</h2>
        {coins > 0 ? (
          <p className={classes.won} data-testid="rain-my-coins" data-coins={coins}>
            <span className={classes.wonLabel}>{t("youGot")}</span>
            <span className={`${classes.wonCoins} numeric`}>
              <CoinIcon size="0.8em" />
              {formats.coins(coins)}
            </span>
          </p>
        ) : (
          <p className={classes.none}>{t("nextTime")}</p>
        )}
        <p className={classes.facts}>
          {t("endFacts", {
            claimed: rain.claimed,
            all: rain.packetCount,
            coins: rain.claimedCoins,
          })}
        </p>
        <Link
          href={`/rain/${rain.rainId}/verify`}
          target="_blank"
          className={classes.verify}
          data-testid="rain-verify-link"
        >
          <IconShieldCheck size={18} aria-hidden />
          {t("checkSplit")}
          <span className="visually-hidden">{t("newTab")}</span>
        </Link>
      </div>
      <div className={classes.board}>
        <h3 className={classes.boardTitle}>{t("luckiest")}</h3>
        <Board result={result} myId={myId} />
      </div>
    </section>
  );
}

function Board({ result, myId }: { result: RainResult | undefined; myId: string | null }) {
  const t = useTranslations("rain");
  if (!result) return <Shimmer className={classes.loading} />;
  if (result.luckiestBoard.length === 0) return <p className={classes.none}>{t("nobody")}</p>;
  return (
    <ol className={classes.list} data-testid="rain-board">
      {result.luckiestBoard.map((claim, index) => (
        <Row key={claim.packetIndex} claim={claim} rank={index + 1} isMe={claim.userId === myId} />
      ))}
    </ol>
  );
}

function Row({ claim, rank, isMe }: { claim: LuckyClaim; rank: number; isMe: boolean }) {
  const t = useTranslations("rain");
  const formats = useLocaleFormats();
  return (
    <li className={classes.row} data-me={isMe} data-first={rank === 1} data-testid="rain-board-row">
      <span className={`${classes.rank} numeric`}>
        {rank === 1 ? <IconCrown size={18} aria-label={t("first")} role="img" /> : rank}
      </span>
      <PersonAvatar userId={claim.userId} nickname={claim.nickname} size={26} />
      <span className={classes.name}>{isMe ? t("you") : claim.nickname}</span>
      <CoinAmount className={classes.coins} label={t("coinsSpoken", { coins: claim.coins })}>
        {formats.coins(claim.coins)}
      </CoinAmount>
    </li>
  );
}

function titleOf(rain: RainView) {
  switch (rain.endReason) {
    case "all_grabbed":
    case "time_up":
    case "finished":
    case "room_closed":
      return rain.endReason;
    default:
      return rain.packetCount > 0 && rain.claimed >= rain.packetCount ? "all_grabbed" : "over";
  }
}
