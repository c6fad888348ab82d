"use client";

import { Alert, Button, SegmentedControl, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconCashBanknote } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { PayoutAccount } from "@/domain/contracts/payout-account";
import { PayoutAccountKind, type WithdrawalLimits } from "@/domain/contracts/withdrawal";
import { maskNumber } from "@/domain/rules/mask";
import { readApiError } from "../../lib/api-error";
import { formatYuan, parseYuan } from "../../lib/parse-yuan";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorText } from "../../ui/error-text";
import { Modal } from "../../ui/modal";
import { useReasonText } from "../../withdrawal/use-reason-text";
import shared from "../../withdrawal/withdrawal.module.css";
import studio from "../studio.module.css";
import { AccountCode, isCode } from "./account-code";
import { isCodeNeeded, useWithdraw, type WithdrawIntent } from "./use-withdraw";
import classes from "./withdraw-form.module.css";

const NAME_MAX = 60;
const NUMBER_MAX = 80;

/** Whether an operator has to look at it first, as far as sums say. */
const isLookedAt = (limits: WithdrawalLimits, amountFen: number) =>
  limits.dayFen + amountFen >= limits.approvalThresholdFen ||
  limits.monthFen + amountFen >= limits.monthThresholdFen;

/** Asks for a part of what was earned: checked while it is written, and once more by the person before it is sent. */
export function WithdrawForm({ withdrawableFen }: { withdrawableFen: number }) {
  const t = useTranslations("withdrawal");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const reasonText = useReasonText();
  const limits = useQuery(trpc.finance.withdrawalLimits.queryOptions());
  const [intent, setIntent] = useState<WithdrawIntent | null>(null);
  const [needsCode, setNeedsCode] = useState(false);
  const [code, setCode] = useState("");
  const minimumFen = limits.data?.minimumFen ?? 0;
  const leftTodayFen = limits.data ? Math.max(0, limits.data.dailyMaxFen - limits.data.usedTodayFen) : null;
  const form = useForm({
    initialValues: { amount: "", kind: "bank" as PayoutAccountKind, name: "", number: "" },
    validateInputOnBlur: true,
    validate: {
      amount: (text) => {
        const fen = parseYuan(text);
        if (fen === null || fen === 0) return t("amountNeeded");
        if (fen > withdrawableFen) return t("moreThanEarned");
        if (fen < minimumFen) return t("belowMinimum", { amount: formats.fen(minimumFen) });
        if (leftTodayFen !== null && fen > leftTodayFen)
          return t("aboveDaily", { amount: formats.fen(leftTodayFen) });
        return null;
      },
      name: (text) => (text.trim() === "" ? t("nameNeeded") : null),
      number: (number, { kind }) =>
        PayoutAccount.safeParse({ kind, name: "-", number }).success ? null : t(`numberNeeded.${kind}`),
    },
  });
  const close = () => {
    setIntent(null);
    setNeedsCode(false);
    setCode("");
    withdraw.reset();
  };
  const withdraw = useWithdraw({
    onCodeNeeded: () => setNeedsCode(true),
    onDone: () => {
      close();
      form.setFieldValue("amount", "");
      form.resetDirty();
    },
  });
  const holds = limits.data?.holds ?? [];
  const maxFen = Math.max(0, Math.min(withdrawableFen, leftTodayFen ?? withdrawableFen));

  return (
    <section className={studio.card} aria-labelledby="withdraw-title">
      <h2 id="withdraw-title" className={studio.cardTitle}>
        {t("title")}
      </h2>
      {holds.map((hold) => (
        <p key={hold.kind} className={shared.hold} data-testid="payouts-held" data-kind={hold.kind}>
          {reasonText(`held_${hold.kind}`)}{" "}
          {hold.until ? t("heldUntil", { at: formats.dateTime(hold.until) }) : null}
        </p>
      ))}
      <form
        data-testid="withdraw-form"
        className={shared.form}
        onSubmit={form.onSubmit(({ amount, kind, name, number }) =>
          setIntent({
            amountFen: parseYuan(amount) ?? 0,
            payoutAccount: { kind, name: name.trim(), number },
          }),
        )}
      >
        <TextInput
          label={t("amount")}
          description={
            limits.data
              ? t("limits", {
                  minimum: formats.fen(minimumFen),
                  left: formats.fen(leftTodayFen ?? 0),
                })
              : undefined
          }
          leftSection="¥"
          inputMode="decimal"
          autoComplete="off"
          maxLength={16}
          rightSectionWidth={72}
          rightSection={
            <Button
              variant="subtle"
              size="compact-xs"
              disabled={maxFen === 0}
              onClick={() => form.setFieldValue("amount", formatYuan(maxFen))}
            >
              {t("all")}
            </Button>
          }
          data-testid="withdraw-amount"
          {...form.getInputProps("amount")}
        />
        <div>
          <div className={classes.fieldLabel} id="payout-kind">
            {t("payTo")}
          </div>
          <SegmentedControl
            fullWidth
            aria-labelledby="payout-kind"
            data={PayoutAccountKind.options.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
            {...form.getInputProps("kind")}
          />
        </div>
        <TextInput
          label={t("name")}
          autoComplete="name"
          maxLength={NAME_MAX}
          data-testid="withdraw-name"
          {...form.getInputProps("name")}
        />
        <TextInput
          label={t(`number.${form.values.kind}`)}
          autoComplete="off"
          inputMode={form.values.kind === "bank" ? "numeric" : "text"}
          maxLength={NUMBER_MAX}
          data-testid="withdraw-number"
          {...form.getInputProps("number")}
        />
        <Button
          type="submit"
          leftSection={<IconCashBanknote size={18} aria-hidden />}
          disabled={withdrawableFen <= 0 || holds.length > 0}
          data-testid="withdraw-next"
        >
          {t("next")}
        </Button>
        <p className={shared.reason}>{t("sealed")}</p>
      </form>
      <Modal
        opened={intent !== null}
        onClose={close}
        title={t("confirmTitle")}
        centered
        closeButtonProps={{ "aria-label": t("back") }}
      >
        {intent ? (
          <>
            <dl className={classes.facts}>
              <dt>{t("amount")}</dt>
              <dd className="numeric">{formats.fen(intent.amountFen)}</dd>
              <dt>{t("payTo")}</dt>
              <dd>{t(`kind.${intent.payoutAccount.kind}`)}</dd>
              <dt>{t("name")}</dt>
              <dd>{intent.payoutAccount.name}</dd>
              <dt>{t(`number.${intent.payoutAccount.kind}`)}</dt>
              <dd className="numeric">{maskNumber(intent.payoutAccount.number)}</dd>
            </dl>
            <p className={shared.warning}>
              {limits.data && isLookedAt(limits.data, intent.amountFen) ? t("needsApproval") : t("paidSoon")}
            </p>
            {needsCode ? <AccountCode account={intent.payoutAccount} code={code} onCode={setCode} /> : null}
            {withdraw.error && !(needsCode && isCodeNeeded(withdraw.error)) ? (
              <Alert color="red" mb="md" role="alert">
                <ErrorText error={readApiError(withdraw.error)} />
              </Alert>
            ) : null}
            <div className={studio.modalActions}>
              <Button variant="default" onClick={close}>
                {t("back")}
              </Button>
              <Button
                loading={withdraw.isPending}
                disabled={needsCode && !isCode(code)}
                onClick={() => withdraw.submit(intent, needsCode ? code : undefined)}
                data-testid="withdraw-confirm"
              >
                {t("confirm")}
              </Button>
            </div>
          </>
        ) : null}
      </Modal>
    </section>
  );
}
