"use client";

import { useTranslations } from "next-intl";
import { GIFT_FILE_REFUSALS, type GiftFileRefusalReason } from "@/server/contracts/gift-file";

const REASONS: ReadonlySet<unknown> = new Set(GIFT_FILE_REFUSALS);
const isReason = (value: unknown): value is GiftFileRefusalReason => REASONS.has(value);

/** Why a file cannot be played, in words; empty for a reason that this page does not know yet. */
export function useGiftFileRefusalText() {
  const t = useTranslations("adminGifts.refusals");
  return ({ reason, detail }: { reason?: unknown; detail?: unknown }): string => {
    if (!isReason(reason)) return "";
    return typeof detail === "string" ? `${t(reason)} (${detail})` : t(reason);
  };
}
