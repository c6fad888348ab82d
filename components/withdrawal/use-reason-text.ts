"use client";

import { useTranslations } from "next-intl";

/** Words of the platform and of providers for why a payout failed, is stopped or is not clear; anything else is shown as it was said. */
const KNOWN = [
  "no_answer",
  "processing",
  "amount_mismatch",
  "account_unreadable",
  "account_closed",
  "name_mismatch",
  "refused",
  "held_restriction",
  "held_phone_changed",
  "held_charge_back",
  "held_operator",
  "anchor_banned",
  "not_an_anchor",
  "anchor_unknown",
  "earnings_taken_back",
] as const;
type Known = (typeof KNOWN)[number];

export function useReasonText() {
  const t = useTranslations("withdrawal.reason");
  return (reason: string): string =>
    (KNOWN as readonly string[]).includes(reason) ? t(reason as Known) : reason;
}
