"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { CategoryItem } from "@/domain/contracts/category";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import classes from "../admin.module.css";
import { KeptListPage } from "../kept-list-page";

const CategoryDialog = lazyPart(() => import("./category-dialog").then((m) => m.CategoryDialog));

/** What rooms can be about, in use or retired. */
export function CategoriesPage() {
  const t = useTranslations("adminCategories");
  const trpc = useTRPC();
  return (
    <KeptListPage
      title={t("title")}
      text={t("text")}
      create={t("create")}
      createTestId="category-new"
      loading={t("loading")}
      query={useQuery(trpc.category.all.queryOptions())}
      renderTable={({ items }, onChange: (category: CategoryItem) => void) => (
        <CategoryTable items={items} onChange={onChange} />
      )}
      renderDialog={(category, onClose) => <CategoryDialog category={category} onClose={onClose} />}
    />
  );
}

interface CategoryTableProps {
  items: readonly CategoryItem[];
  onChange: (category: CategoryItem) => void;
}

function CategoryTable({ items, onChange }: CategoryTableProps) {
  const t = useTranslations("adminCategories");
  const formats = useLocaleFormats();
  const columns: Column<CategoryItem>[] = [
    { key: "en", label: t("nameEn"), isTitle: true, renderCell: ({ name }) => <bdi>{name.en}</bdi> },
    { key: "zh", label: t("nameZh"), renderCell: ({ name }) => <bdi>{name.zh}</bdi> },
    { key: "id", label: t("categoryId"), renderCell: ({ categoryId }) => <code>{categoryId}</code> },
    { key: "order", label: t("sortOrder"), isEnd: true, renderCell: ({ sortOrder }) => sortOrder },
    { key: "rooms", label: t("rooms"), isEnd: true, renderCell: ({ rooms }) => formats.coins(rooms) },
    {
      key: "state",
      label: t("state"),
      renderCell: ({ enabled }) => (
        <span className={enabled ? classes.good : classes.tileNote}>{t(enabled ? "inUse" : "retired")}</span>
      ),
    },
    { key: "at", label: t("updatedAt"), renderCell: ({ updatedAt }) => formats.dateTime(updatedAt) },
    {
      key: "change",
      label: t("change"),
      isActing: true,
      renderCell: (category) => (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => onChange(category)}
          data-testid="category-change"
        >
          {t("change")}
        </Button>
      ),
    },
  ];
  return (
    <DataTable
      label={t("title")}
      items={items}
      columns={columns}
      rowKey={({ categoryId }) => categoryId}
      rowProps={({ categoryId, enabled }) => ({
        "data-testid": "category-row",
        "data-category-id": categoryId,
        "data-enabled": enabled,
      })}
      testId="categories-table"
    />
  );
}
