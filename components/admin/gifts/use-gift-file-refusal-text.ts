"use client";

import { useTranslations } from "next-intl";
import type { GiftFileRefusalReason } from "@/domain/contracts/gift-file";
import { choicesOf } from "../../lib/choices";

/** Named here: the contract would come with every page that has a dialog, and its library with it. */
const REASONS = choicesOf<GiftFileRefusalReason>({
  privateAddress: true,
  unreachable: true,
  tooSlow: true,
  tooManyRedirects: true,
  redirectRefused: true,
  notShared: true,
  tooLarge: true,
  wrongType: true,
  oldFormat: true,
  corrupt: true,
  tooMuchUnpacked: true,
  tooLong: true,
  empty: true,
});

/** Why a file cannot be played, in words; empty for a reason that this page does not know yet. */
export function useGiftFileRefusalText() {
  const t = useTranslations("adminGifts.refusals");
  return ({ reason, detail }: { reason?: unknown; detail?: unknown }): string => {
    const known = REASONS.find(typeof reason === "string" ? reason : null);
    if (!known) return "";
    return typeof detail === "string" ? `${t(known)} (${detail})` : t(known);
  };
}
