"use client";

import { useTranslations } from "next-intl";
import type { Proposal } from "@/domain/contracts/approval";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import admin from "../admin.module.css";
import { factText } from "./fact-text";

/** What says why, not what: it stands beside the table. */
const WORDS = new Set(["reason", "note"]);

/** What a proposal would change, before and after. Names are as in the code, which is what the audit log shows too. */
export function ChangeTable({ proposal: { input, before } }: { proposal: Proposal }) {
  const t = useTranslations("adminApprovals");
  const formats = useLocaleFormats();
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(input)])].filter(
    (name) => !WORDS.has(name),
  );
  const isChanged = (name: string) => JSON.stringify(before?.[name]) !== JSON.stringify(input[name]);
  const columns: Column<string>[] = [
    { key: "what", label: t("what"), isTitle: true, className: admin.mono, renderCell: (name) => name },
    {
      key: "before",
      label: t("before"),
      renderCell: (name) => (before ? factText(name, before[name], formats) : "—"),
    },
    {
      key: "after",
      label: t("after"),
      renderCell: (name) => {
        if (!(name in input)) return null;
        const text = factText(name, input[name], formats);
        return isChanged(name) ? <strong>{text}</strong> : text;
      },
    },
  ];
  return <DataTable label={t("what")} items={names} columns={columns} rowKey={(name) => name} />;
}
