"use client";

import { useTranslations } from "next-intl";
import { memo, useState } from "react";
import { GIFT_COUNT_MAX } from "@/domain/rules/money";
import classes from "./gift-panel.module.css";

/** Quantities with a meaning of their own; the texts are in the messages. */
const COUNT_PRESETS = [1, 10, 66, 188, 520, 1314] as const;

/** How many: one of the usual, or any other number. */
export const CountPicker = memo(function CountPicker({
  count,
  onChange,
}: {
  count: number;
  onChange: (count: number) => void;
}) {
  const t = useTranslations("gift");
  const isPreset = COUNT_PRESETS.some((preset) => preset === count);
  const [typed, setTyped] = useState(isPreset ? "" : String(count));
  return (
    <fieldset className={classes.counts}>
      <legend className="visually-hidden">{t("quantity")}</legend>
      {COUNT_PRESETS.map((preset) => (
        <button
          key={preset}
          type="button"
          className={classes.preset}
          aria-pressed={count === preset}
          title={t(`presets.${preset}`)}
          data-testid={`gift-count-${preset}`}
          onClick={() => {
            setTyped("");
            onChange(preset);
          }}
        >
          {preset}
        </button>
      ))}
      <input
        className={`${classes.free} numeric`}
        inputMode="numeric"
        pattern="[0-9]*"
        maxLength={String(GIFT_COUNT_MAX).length}
        placeholder={t("otherQuantity")}
        aria-label={t("otherQuantityLabel", { max: GIFT_COUNT_MAX })}
        value={typed}
        data-testid="gift-count-free"
        onChange={(event) => {
          const digits = event.currentTarget.value.replace(/\D/g, "");
          setTyped(digits);
          const value = Number(digits);
          onChange(Math.min(GIFT_COUNT_MAX, Math.max(1, value)));
        }}
      />
    </fieldset>
  );
});
