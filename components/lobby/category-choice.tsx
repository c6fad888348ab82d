"use client";

import { useQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { useTRPC } from "../lib/trpc";
import classes from "./lobby-page.module.css";

/** Rooms of one of the shared categories. */
export function CategoryChoice({
  category,
  onChoose,
}: {
  category: string | null;
  onChoose: (category: string | null) => void;
}) {
  const t = useTranslations("lobby");
  const locale = useLocale() === "zh" ? "zh" : "en";
  const trpc = useTRPC();
  const { data } = useQuery(trpc.category.list.queryOptions(undefined, { staleTime: Infinity }));
  const items = data?.items ?? [];
  const isUnlisted = category !== null && !items.some(({ categoryId }) => categoryId === category);
  return (
    <select
      className={classes.category}
      aria-label={t("category")}
      value={category ?? ""}
      onChange={(event) => onChoose(event.currentTarget.value || null)}
      data-testid="lobby-category"
    >
      <option value="">{t("allCategories")}</option>
      {isUnlisted ? <option value={category}>{category}</option> : null}
      {items.map(({ categoryId, name }) => (
        <option key={categoryId} value={categoryId}>
          {name[locale]}
        </option>
      ))}
    </select>
  );
}
