"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import classes from "./combo-button.module.css";
import { COMBO_WINDOW_MS, type ComboWindow } from "./combo-window";

interface ComboButtonProps {
  combo: ComboWindow;
  disabled: boolean;
  onCombo: () => void;
}

/** Sends the same again while the ring round it lasts. */
export function ComboButton({ combo, disabled, onCombo }: ComboButtonProps) {
  const t = useTranslations("gift");
  const [open, setOpen] = useState(true);
  const { endsAtMs } = combo;
  useEffect(() => {
    setOpen(true);
    const timer = setTimeout(() => setOpen(false), Math.max(0, endsAtMs - Date.now()));
    return () => clearTimeout(timer);
  }, [endsAtMs]);
  if (!open) return null;
  return (
    <button
      type="button"
      className={classes.combo}
      disabled={disabled}
      aria-label={t("comboLabel", { count: combo.count })}
      data-testid="combo-button"
      onClick={onCombo}
    >
      <svg viewBox="0 0 64 64" className={classes.ring} aria-hidden focusable="false">
        <circle cx="32" cy="32" r="29" className={classes.track} />
        <circle
          key={endsAtMs}
          cx="32"
          cy="32"
          r="29"
          pathLength="1"
          className={classes.left}
          style={{ animationDuration: `${COMBO_WINDOW_MS}ms` }}
        />
      </svg>
      <span className={classes.text}>{t("combo")}</span>
      <span className={`${classes.count} numeric`} key={combo.count}>
        ×{combo.count}
      </span>
    </button>
  );
}
