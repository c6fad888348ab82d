"use client";

import { useTranslations } from "next-intl";
import type { GiftItem } from "@/domain/contracts/gift";
import { GiftPicture } from "../gift/art/gift-picture";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { ActionButton } from "../ui/action";
import type { WantedGift } from "./room-top-up";
import classes from "./top-up-sheet.module.css";

export interface Offer {
  wanted: WantedGift;
  gift: GiftItem;
  totalCoins: number;
  /** 0 once there is enough for it. */
  missingCoins: number;
}

/** The gift that was wanted at today's price; null when it has left the catalogue or the balance is not known. */
export function useOffer(
  wanted: WantedGift | null,
  gifts: readonly GiftItem[],
  spendableCoins: number | undefined,
): Offer | null {
  const gift = gifts.find(({ giftId }) => giftId === wanted?.giftId);
  if (!wanted || !gift || spendableCoins === undefined) return null;
  const totalCoins = gift.priceCoins * wanted.count;
  return { wanted, gift, totalCoins, missingCoins: Math.max(0, totalCoins - spendableCoins) };
}

/** What the coins are for. One tap sends it when there is enough; nothing sends it by itself. */
export function GiftOffer({ offer, onSend }: { offer: Offer; onSend: (() => void) | null }) {
  const t = useTranslations("topUpSheet");
  const formats = useLocaleFormats();
  const { gift, wanted, totalCoins, missingCoins } = offer;
  const name = formats.locale === "zh" ? gift.nameZh : gift.nameEn;
  return (
    <div className={classes.offer} data-testid="top-up-offer">
      <GiftPicture effect={gift.effect} size={44} />
      <div className={classes.offerWords}>
        <span className={classes.offerName}>
          <bdi>{name}</bdi> <span className="numeric">×{formats.coins(wanted.count)}</span>
        </span>
        <span className={classes.text}>
          {missingCoins > 0 ? t("missing", { coins: missingCoins }) : t("costs", { coins: totalCoins })}
        </span>
      </div>
      {onSend ? (
        <ActionButton onClick={onSend} data-testid="top-up-send">
          {t("send")} <span className="numeric">{formats.coins(totalCoins)}</span>
        </ActionButton>
      ) : null}
    </div>
  );
}
