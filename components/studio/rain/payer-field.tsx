"use client";

import { Radio } from "@mantine/core";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { RainFunding, RainGrant } from "@/domain/contracts/rain";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { useBalance } from "../../wallet/use-balance";
import { useTopUpHref } from "../../wallet/use-top-up-href";
import classes from "./payer-field.module.css";
import shared from "./rain.module.css";
import type { RainPlan } from "./rain-plan";

interface PayerFieldProps {
  plan: RainPlan;
  grants: readonly RainGrant[];
  /** What she may still rain today of her own coins. */
  leftTodayCoins: number;
  onChange: (fundedBy: RainFunding) => void;
}

/** Who pays, with what each of them has. */
export function PayerField({ plan, grants, leftTodayCoins, onChange }: PayerFieldProps) {
  const t = useTranslations("rainStudio");
  const formats = useLocaleFormats();
  const topUpHref = useTopUpHref();
  const balance = useBalance();
  const spendable = balance.data ? balance.data.balanceCoins - balance.data.pendingCoins : null;
  // One grant pays a rain: it is the largest rest that counts, not their sum.
  const grantCoins = Math.max(0, ...grants.map((grant) => grant.coins - grant.usedCoins));
  const isTooPoor = plan.fundedBy === "anchor" && spendable !== null && Number(plan.budgetCoins) > spendable;
  return (
    <div className={classes.payers}>
      <Radio.Group label={t("payer")} value={plan.fundedBy} onChange={onChange} data-testid="rain-payer">
        <div className={classes.payerList}>
          <Radio.Card value="anchor" className={classes.payer} data-testid="rain-payer-anchor">
            <Radio.Indicator size="xs" />
            <span className={classes.payerText}>
              <b>{t("payers.anchor")}</b>
              <span className={classes.dim}>{t("leftToday", { coins: formats.coins(leftTodayCoins) })}</span>
            </span>
            {spendable === null ? null : <CoinAmount>{formats.coins(spendable)}</CoinAmount>}
          </Radio.Card>
          <Radio.Card
            value="promotion"
            className={classes.payer}
            disabled={grantCoins === 0}
            data-testid="rain-payer-promotion"
          >
            <Radio.Indicator size="xs" disabled={grantCoins === 0} />
            <span className={classes.payerText}>
              <b>{t("payers.promotion")}</b>
              <span className={classes.dim}>{grantCoins === 0 ? t("noGrant") : t("grantText")}</span>
            </span>
            {grantCoins === 0 ? null : <CoinAmount>{formats.coins(grantCoins)}</CoinAmount>}
          </Radio.Card>
        </div>
      </Radio.Group>
      {isTooPoor ? (
        <p className={shared.warning} data-testid="rain-too-poor">
          {t("tooPoor", { coins: Number(plan.budgetCoins) - spendable })}{" "}
          <Link href={topUpHref} className={shared.link}>
            {t("topUp")}
          </Link>
        </p>
      ) : null}
    </div>
  );
}
