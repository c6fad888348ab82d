"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { type ReadableStore, useValue } from "../../../lib/value-store";
import { TimeRing } from "../../../ui/time-ring";
import classes from "./combo-button.module.css";
import { COMBO_WINDOW_MS, type ComboWindow } from "./combo-window";

interface ComboButtonProps {
  combo: ReadableStore<ComboWindow | null>;
  disabled: boolean;
  onCombo: () => void;
}

/** Sends the same again. It is there as long as the combo's window, which the ring round it shows. */
export const ComboButton = memo(function ComboButton({ combo: store, disabled, onCombo }: ComboButtonProps) {
  const t = useTranslations("gift");
  const combo = useValue(store);
  if (!combo) return null;
  const { endsAtMs } = combo;
  return (
    <button
      type="button"
      className={classes.combo}
      disabled={disabled}
      aria-label={t("comboLabel", { count: combo.count })}
      data-testid="combo-button"
      onClick={onCombo}
    >
      <TimeRing begin={endsAtMs} durationMs={COMBO_WINDOW_MS} way="out" className={classes.ring} />
      <span className={classes.text}>{t("combo")}</span>
      <span className={`${classes.count} numeric`}>×{combo.count}</span>
    </button>
  );
});
