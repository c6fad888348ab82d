"use client";

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { TipsRow } from "@/domain/contracts/analytics";
import { GENDERS } from "@/domain/rules/person-facts";
import classes from "../filters.module.css";
import { fromLocalTime, toLocalTime } from "../orders/order-filter";
import { LOOKS, MEASURES, RANGES, readFilter, SPLITS, STEPS, type TipsFilter } from "./tips-filter";

interface TipsFilterFormProps {
  filter: TipsFilter;
  /** Anchors who got something in this time. */
  anchors: readonly TipsRow[];
  onChange: (filter: TipsFilter) => void;
}

/** Every way to narrow and to draw the figures; each choice holds at once. */
export function TipsFilterForm({ filter, anchors, onChange }: TipsFilterFormProps) {
  const t = useTranslations("adminAnalytics");
  const genders = useTranslations("about.genders");
  /** Only what is known passes: the same reading as that of the address. */
  const set = (name: keyof TipsFilter, value: string) =>
    onChange(readFilter(new URLSearchParams({ ...filter, [name]: value })));
  const choice = (name: keyof TipsFilter) => ({
    value: filter[name],
    onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value),
    "data-testid": `tips-${name}`,
  });
  const time = (name: "from" | "to") => ({
    type: "datetime-local",
    step: 3_600,
    defaultValue: toLocalTime(filter[name]),
    onBlur: (event: { currentTarget: { value: string } }) => {
      const value = fromLocalTime(event.currentTarget.value);
      if (value !== filter[name]) set(name, value);
    },
    "data-testid": `tips-${name}`,
  });
  const anyGender = [
    { value: "", label: t("any") },
    ...GENDERS.map((value) => ({ value, label: genders(value) })),
  ];
  const known = anchors.map(({ anchor = "", anchorName }) => ({
    value: anchor,
    label: anchorName ?? anchor.slice(0, 8),
  }));
  const isUnlisted = filter.anchor !== "" && !known.some(({ value }) => value === filter.anchor);
  return (
    <search className={classes.filters}>
      <NativeSelect
        {...choice("days")}
        disabled={filter.from !== "" || filter.to !== ""}
        label={t("range")}
        data={RANGES.map((value) => ({ value, label: t(`ranges.${value}`) }))}
      />
      <TextInput {...time("from")} label={t("from")} />
      <TextInput {...time("to")} label={t("to")} />
      <NativeSelect
        {...choice("step")}
        label={t("step")}
        data={STEPS.map((value) => ({ value, label: t(`steps.${value}`) }))}
      />
      <NativeSelect
        {...choice("anchor")}
        label={t("splits.anchor")}
        data={[
          { value: "", label: t("any") },
          ...(isUnlisted ? [{ value: filter.anchor, label: filter.anchor.slice(0, 8) }] : []),
          ...known,
        ]}
      />
      <NativeSelect {...choice("anchorGender")} label={t("splits.anchorGender")} data={anyGender} />
      <NativeSelect {...choice("viewerGender")} label={t("splits.viewerGender")} data={anyGender} />
      <NativeSelect
        {...choice("split")}
        label={t("split")}
        data={SPLITS.map((value) => ({ value, label: t(`splits.${value}`) }))}
      />
      <NativeSelect
        {...choice("measure")}
        label={t("measure")}
        data={MEASURES.map((value) => ({ value, label: t(`measures.${value}`) }))}
      />
      <NativeSelect
        {...choice("look")}
        label={t("look")}
        data={LOOKS.map((value) => ({ value, label: t(`looks.${value}`) }))}
      />
      <div className={classes.buttons}>
        <Button
          variant="default"
          onClick={() => onChange(readFilter(new URLSearchParams()))}
          data-testid="tips-clear"
        >
          {t("clear")}
        </Button>
      </div>
    </search>
  );
}
