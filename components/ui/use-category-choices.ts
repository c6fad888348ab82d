"use client";

import { useLocale } from "next-intl";
import type { Category, CategoryName } from "@/domain/contracts/category";
import { topicName } from "@/domain/rules/topics";

/** The shared categories to choose from; what a room has stays a choice, though it is retired or older than the list. */
export function useCategoryChoices(
  categories: readonly Category[],
  room: { category: string; categoryName: CategoryName | null } | undefined,
): { value: string; label: string }[] {
  const locale = useLocale() === "zh" ? "zh" : "en";
  const choices = categories.map(({ categoryId, name }) => ({ value: categoryId, label: name[locale] }));
  const own = room?.category ?? "";
  if (choices.some(({ value }) => value === own)) return choices;
  return [{ value: own, label: room?.categoryName?.[locale] ?? topicName(own, locale) }, ...choices];
}
