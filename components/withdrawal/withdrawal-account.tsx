"use client";

import { IconBrandAlipay, IconBrandWechat, IconBuildingBank } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import type { PayoutAccountKind } from "@/domain/contracts/withdrawal";
import classes from "./withdrawal-account.module.css";

const ICONS = { bank: IconBuildingBank, alipay: IconBrandAlipay, wechat: IconBrandWechat } as const;

interface WithdrawalAccountProps {
  account: { kind: PayoutAccountKind; nameMasked: string; numberMasked: string };
}

/** Where the money goes, as much of it as may be shown. */
export function WithdrawalAccount({ account }: WithdrawalAccountProps) {
  const t = useTranslations("withdrawal");
  const Icon = ICONS[account.kind];
  return (
    <span className={classes.account}>
      <Icon size={16} aria-hidden />
      <span>{t(`kind.${account.kind}`)}</span>
      <span>{account.nameMasked}</span>
      <span className="numeric">{account.numberMasked}</span>
    </span>
  );
}
