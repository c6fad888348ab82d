"use client";

import { Button, NumberInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { startTransition, useRef, useState } from "react";
import { v7 as uuidv7 } from "uuid";
import type { MyRains } from "@/domain/contracts/rain";
import { isRetryable, readApiError } from "../../lib/api-error";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinIcon } from "../../ui/coin";
import { PayerField } from "./payer-field";
import shared from "./rain.module.css";
import classes from "./rain-form.module.css";
import {
  checkPlan,
  EMPTY_PLAN,
  type PlanField,
  RAIN_PRESETS,
  type RainPlan,
  sizeUp,
  toCreateInput,
} from "./rain-plan";
import { readFieldRefusal } from "./rain-refusal";
import { RainRefusalAlert } from "./rain-refusal-alert";
import { useProblemText } from "./use-problem-text";

const REMARK_MAX = 60;
const COINS_MAX = 1_000_000_000;

interface RainFormProps {
  limits: Pick<MyRains, "policy" | "usedTodayCoins" | "grants">;
  onCreated: (rainId: string) => void;
}

/** Plans a rain. No coin moves yet. */
export function RainForm({ limits, onCreated }: RainFormProps) {
  const t = useTranslations("rainStudio");
  const formats = useLocaleFormats();
  const problemText = useProblemText();
  const { policy, usedTodayCoins } = limits;
  /** What stands beside the fields follows what is typed, which shows at once: each field has its text by itself. */
  const [plan, setPlan] = useState(EMPTY_PLAN);
  const form = useForm<RainPlan>({
    mode: "uncontrolled",
    initialValues: EMPTY_PLAN,
    onValuesChange: (values) => startTransition(() => setPlan(values)),
    validateInputOnBlur: true,
    validate: (plan) =>
      Object.fromEntries(
        Object.entries(checkPlan(plan, policy, Date.now())).map(([field, problem]) => [
          field,
          problem ? problemText(field as PlanField, problem) : null,
        ]),
      ),
  });
  const create = useCreateRain(onCreated);

  function submit(values: RainPlan) {
    create.submit(values, (error) => {
      const refusal = readFieldRefusal(error);
      if (refusal) form.setFieldError(refusal.field, problemText(refusal.field, refusal.problem));
    });
  }
  const presets = RAIN_PRESETS.filter(
    ({ budgetCoins, packetCount, durationSeconds }) =>
      budgetCoins <= policy.budgetCoinsMax &&
      packetCount <= policy.packetCountMax &&
      durationSeconds <= policy.durationSecondsMax,
  );
  const field = (name: Exclude<PlanField, "startsAt">) => ({
    label: t(`fields.${name}`),
    allowDecimal: false,
    allowNegative: false,
    thousandSeparator: ",",
    max: COINS_MAX,
    clampBehavior: "strict" as const,
    hideControls: true,
    inputMode: "numeric" as const,
    withAsterisk: true,
    "data-testid": `rain-${name}`,
    ...form.getInputProps(name),
  });
  return (
    <form className={classes.form} noValidate data-testid="rain-form" onSubmit={form.onSubmit(submit)}>
      {presets.length > 0 ? (
        <div className={classes.presets} role="group" aria-label={t("presetsLabel")}>
          {presets.map(({ key, ...values }) => (
            <button
              key={key}
              type="button"
              className={classes.preset}
              aria-pressed={
                plan.budgetCoins === values.budgetCoins &&
                plan.packetCount === values.packetCount &&
                plan.durationSeconds === values.durationSeconds
              }
              data-testid={`rain-preset-${key}`}
              onClick={() =>
                startTransition(() => {
                  form.setValues(values);
                  form.clearErrors();
                })
              }
            >
              <b>{t(`presets.${key}`)}</b>
              <span className="numeric">
                {t("presetText", {
                  coins: formats.compact(values.budgetCoins),
                  packets: formats.coins(values.packetCount),
                  seconds: values.durationSeconds,
                })}
              </span>
            </button>
          ))}
        </div>
      ) : null}
      <div className={classes.fields}>
        <NumberInput
          key={form.key("budgetCoins")}
          {...field("budgetCoins")}
          leftSection={<CoinIcon size={16} />}
        />
        <NumberInput key={form.key("packetCount")} {...field("packetCount")} />
        <NumberInput
          key={form.key("durationSeconds")}
          {...field("durationSeconds")}
          suffix={t("secondsSuffix")}
        />
        <NumberInput key={form.key("claimsPerViewer")} {...field("claimsPerViewer")} />
      </div>
      <Average plan={plan} />
      <PayerField
        plan={plan}
        grants={limits.grants}
        leftTodayCoins={Math.max(0, policy.dayBudgetCoinsMax - usedTodayCoins)}
        onChange={(fundedBy) => {
          form.setFieldValue("fundedBy", fundedBy);
          setPlan(form.getValues());
        }}
      />
      <TextInput
        key={form.key("remark")}
        label={t("remark")}
        description={t("remarkHint")}
        maxLength={REMARK_MAX}
        data-testid="rain-remark"
        {...form.getInputProps("remark")}
      />
      <TextInput
        key={form.key("startsAt")}
        type="datetime-local"
        label={t("fields.startsAt")}
        description={t("startsAtHint")}
        className={classes.plannedStart}
        data-testid="rain-startsAt"
        {...form.getInputProps("startsAt")}
      />
      {create.error && !readFieldRefusal(create.error) ? <RainRefusalAlert error={create.error} /> : null}
      <div className={shared.actions}>
        <Button type="submit" loading={create.isPending} data-testid="rain-create">
          {t("create")}
        </Button>
        <p className={shared.note}>{t("createNote")}</p>
      </div>
    </form>
  );
}

/** What a packet will hold, while she types. */
function Average({ plan }: { plan: RainPlan }) {
  const t = useTranslations("rainStudio");
  const formats = useLocaleFormats();
  const size = sizeUp(plan);
  return (
    <p className={`${classes.average} numeric`} aria-live="polite" data-testid="rain-average">
      {size
        ? t("average", {
            average: new Intl.NumberFormat(formats.locale, { maximumFractionDigits: 1 }).format(
              size.averageTenths / 10,
            ),
            most: formats.coins(size.usualMaxCoins),
          })
        : t("averageUnknown")}
    </p>
  );
}

/**
 * Creates what is planned. A plan keeps one id until its answer is final, so that a second click, or trying again after a
 * lost answer, is the same rain.
 */
function useCreateRain(onCreated: (rainId: string) => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const intent = useRef<{ content: string; rainId: string } | null>(null);
  const mutation = useMutation(
    trpc.rain.create.mutationOptions({
      onSuccess: async (rain) => {
        queryClient.setQueryData(trpc.rain.get.queryKey({ rainId: rain.rainId }), rain);
        onCreated(rain.rainId);
        await queryClient.invalidateQueries({ queryKey: trpc.rain.mine.pathKey() });
      },
    }),
  );
  function submit(plan: RainPlan, onRefused: (error: unknown) => void) {
    if (mutation.isPending) return;
    const input = toCreateInput(plan);
    const content = JSON.stringify(input);
    if (intent.current?.content !== content) intent.current = { content, rainId: uuidv7() };
    const { rainId } = intent.current;
    mutation.mutate(
      { ...input, rainId },
      {
        onSuccess: () => {
          intent.current = null;
        },
        onError: (error) => {
          if (!isRetryable(readApiError(error))) intent.current = null;
          onRefused(error);
        },
      },
    );
  }
  return { submit, isPending: mutation.isPending, error: mutation.error };
}
