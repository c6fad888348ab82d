"use client";

import { useQuery } from "@tanstack/react-query";
import { GiftPicture } from "../../../gift/art/gift-picture";
import { useTRPC } from "../../../lib/trpc";
import { useLocaleFormats } from "../../../lib/use-locale-formats";
import { CoinAmount } from "../../../ui/coin";
import classes from "./gift-panel.module.css";

/** What the gift panel will show, in its place: the first picture of a room has it before the panel's code is there. */
export function GiftShelf() {
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const { data: gifts = [] } = useQuery(trpc.gift.list.queryOptions(undefined, { enabled: false }));
  return (
    <section className={classes.panel} data-layout="strip" aria-hidden>
      <div className={classes.grid}>
        {gifts.map((gift) => (
          <div key={gift.giftId} className={classes.option}>
            <span className={classes.art}>
              <GiftPicture effect={gift.effect} size={50} />
            </span>
            <span className={classes.name}>{formats.locale === "zh" ? gift.nameZh : gift.nameEn}</span>
            <CoinAmount className={classes.price}>{formats.coins(gift.priceCoins)}</CoinAmount>
          </div>
        ))}
      </div>
      <div className={classes.controls} />
    </section>
  );
}
