"use client";

import { NumberInput, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { CategoryItem } from "@/domain/contracts/category";
import { OTHER_CATEGORY } from "@/domain/rules/topics";
import { readApiError } from "../../lib/api-error";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";

const NAME_MAX = 30;

interface CategoryDialogProps {
  /** Null makes a new one. */
  category: CategoryItem | null;
  onClose: () => void;
}

/** Makes a category or changes it: its names, its place, and whether anchors can choose it. */
export function CategoryDialog({ category, onClose }: CategoryDialogProps) {
  const t = useTranslations("adminCategories");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [categoryId, setCategoryId] = useState(category?.categoryId ?? "");
  const [nameEn, setNameEn] = useState(category?.name.en ?? "");
  const [nameZh, setNameZh] = useState(category?.name.zh ?? "");
  const [sortOrder, setSortOrder] = useState<string | number>(category?.sortOrder ?? 100);
  const [enabled, setEnabled] = useState(category?.enabled ?? true);
  const options = {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: trpc.category.pathKey() });
      onClose();
    },
  };
  const create = useMutation(trpc.category.create.mutationOptions(options));
  const update = useMutation(trpc.category.update.mutationOptions(options));
  const error = create.error ?? update.error;
  const isTaken = error !== null && readApiError(error).details.field === "categoryId";
  const isFit = nameEn.trim() !== "" && nameZh.trim() !== "" && typeof sortOrder === "number";

  function save(reason: string) {
    if (!isFit) return;
    const facts = { nameEn, nameZh, sortOrder, reason };
    if (category) update.mutate({ categoryId: category.categoryId, ...facts, enabled });
    else create.mutate({ categoryId, ...facts });
  }

  return (
    <ReasonDialog
      title={category ? t("changeTitle", { name: category.name.en }) : t("create")}
      confirm={t("save")}
      isBlocked={!isFit}
      isPending={create.isPending || update.isPending}
      error={isTaken ? null : error}
      onConfirm={save}
      onClose={onClose}
    >
      {category ? null : (
        <TextInput
          label={t("categoryId")}
          description={t("categoryIdHint")}
          required
          pattern="[a-z][a-z0-9\-]{0,31}"
          value={categoryId}
          error={isTaken ? t("taken") : undefined}
          onChange={(event) => {
            create.reset();
            setCategoryId(event.currentTarget.value);
          }}
          data-testid="category-id"
        />
      )}
      <TextInput
        label={t("nameEn")}
        required
        maxLength={NAME_MAX}
        value={nameEn}
        onChange={(event) => setNameEn(event.currentTarget.value)}
        data-testid="category-name-en"
      />
      <TextInput
        label={t("nameZh")}
        required
        maxLength={NAME_MAX}
        value={nameZh}
        onChange={(event) => setNameZh(event.currentTarget.value)}
        data-testid="category-name-zh"
      />
      <NumberInput
        label={t("sortOrder")}
        description={t("sortOrderHint")}
        required
        min={0}
        max={10_000}
        allowDecimal={false}
        value={sortOrder}
        onChange={setSortOrder}
        data-testid="category-sort-order"
      />
      {category ? (
        <Switch
          label={t("inUse")}
          description={t("inUseHint")}
          checked={enabled}
          disabled={category.categoryId === OTHER_CATEGORY}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
          data-testid="category-enabled"
        />
      ) : null}
    </ReasonDialog>
  );
}
