"use client";

import { useTranslations } from "next-intl";
import type { StatementItem } from "@/domain/contracts/wallet";
import { useLocaleFormats } from "../lib/use-locale-formats";

/** What an entry of the ledger was for, in words; null where its type says it all. */
export function useAboutText(): (item: StatementItem) => string | null {
  const t = useTranslations("wallet.about");
  const sources = useTranslations("giftOrders.sources");
  const formats = useLocaleFormats();
  return ({ type, about }) => {
    switch (about?.kind) {
      case "gift": {
        const gift = {
          gift: formats.locale === "zh" ? about.nameZh : about.nameEn,
          count: about.count,
          anchor: about.anchor?.nickname ?? "",
        };
        const key = !about.anchor ? "giftAlone" : type === "refund" ? "giftBack" : "gift";
        return `${t(key, gift)} · ${sources(about.source)}`;
      }
      case "rain":
        return about.anchor ? t("rain", { anchor: about.anchor.nickname }) : null;
      case "payment":
        return t("payment", { price: formats.fen(about.priceFen) });
      case "grant":
        return t("grant");
      default:
        return null;
    }
  };
}
