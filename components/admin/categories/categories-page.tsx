"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { CategoryItem } from "@/domain/contracts/category";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { ErrorPanel } from "../../ui/state-panel";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";

const CategoryDialog = lazyPart(() => import("./category-dialog").then((m) => m.CategoryDialog));

/** What rooms can be about, in use or retired. */
export function CategoriesPage() {
  const t = useTranslations("adminCategories");
  const trpc = useTRPC();
  const [chosen, setChosen] = useState<CategoryItem | "new" | null>(null);
  const categories = useQuery(trpc.category.all.queryOptions());
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("title")}</h1>
        <p className={classes.hint}>{t("text")}</p>
      </div>
      <section className={classes.card} aria-label={t("title")}>
        <div>
          <Button onClick={() => setChosen("new")} data-testid="category-new">
            {t("create")}
          </Button>
        </div>
        {categories.isPending ? <ListSkeleton label={t("loading")} /> : null}
        {categories.isError ? (
          <ErrorPanel error={categories.error} onRetry={() => void categories.refetch()} />
        ) : null}
        {categories.data ? <CategoryTable items={categories.data.items} onChange={setChosen} /> : null}
      </section>
      {chosen ? (
        <CategoryDialog category={chosen === "new" ? null : chosen} onClose={() => setChosen(null)} />
      ) : null}
    </>
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
