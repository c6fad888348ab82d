"use client";

import { NumberInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { SpendingCaps } from "@/domain/contracts/policies";
import { CoinIcon } from "../ui/coin";
import classes from "./caps.module.css";

const CAPS_MAX = 1_000_000_000_000;
export const CAP_FIELDS = ["giftCoinsMax", "dayCoinsMax", "monthCoinsMax"] as const;

interface CapsFieldsProps {
  caps: SpendingCaps;
  onChange: (caps: SpendingCaps) => void;
}

/** The three caps; an empty field is none. */
export function CapsFields({ caps, onChange }: CapsFieldsProps) {
  const t = useTranslations("spending");
  return (
    <div className={classes.fields}>
      {CAP_FIELDS.map((field) => (
        <NumberInput
          key={field}
          label={t(field)}
          placeholder={t("none")}
          min={1}
          max={CAPS_MAX}
          allowDecimal={false}
          allowNegative={false}
          thousandSeparator=","
          clampBehavior="strict"
          hideControls
          leftSection={<CoinIcon size={16} />}
          value={caps[field] ?? ""}
          onChange={(value) => onChange({ ...caps, [field]: value === "" ? null : Number(value) })}
          data-testid={`caps-${field}`}
        />
      ))}
    </div>
  );
}
