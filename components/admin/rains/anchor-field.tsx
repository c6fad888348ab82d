"use client";

import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useTRPC } from "../../lib/trpc";

const TYPING_PAUSE_MS = 250;
const TEXT_MAX = 60;

interface AnchorFieldProps {
  label: string;
  value: string | null;
  onChange: (anchorId: string | null) => void;
  testId: string;
  required?: boolean;
}

/** An anchor, found by name or id while it is typed. */
export function AnchorField({ label, value, onChange, testId, required = false }: AnchorFieldProps) {
  const t = useTranslations("adminRains");
  const trpc = useTRPC();
  const [text, setText] = useState("");
  const [typed] = useDebouncedValue(text.trim().slice(0, TEXT_MAX), TYPING_PAUSE_MS);
  // The name of the chosen one comes from its id, as when a link led here.
  const wanted = typed === "" ? (value ?? "") : typed;
  const found = useQuery(trpc.wallet.find.queryOptions({ text: wanted }, { enabled: wanted !== "" }));
  const data = (found.data ?? [])
    .filter((person) => person.role === "anchor")
    .map((person) => ({ value: person.userId, label: person.nickname }));
  if (value !== null && !data.some((option) => option.value === value)) {
    data.push({ value, label: value.slice(0, 8) });
  }
  return (
    <Select
      label={label}
      placeholder={t("anchorHint")}
      searchable
      clearable
      required={required}
      data={data}
      filter={({ options }) => options}
      nothingFoundMessage={wanted === "" ? t("searchAnchor") : found.isPending ? "…" : t("nobody")}
      value={value}
      onChange={onChange}
      searchValue={text}
      onSearchChange={setText}
      clearButtonProps={{ "aria-label": t("clear") }}
      data-testid={testId}
    />
  );
}
