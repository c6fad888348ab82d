"use client";

import { useTranslations } from "next-intl";
import type { DualActionKey } from "@/domain/contracts/approval";

/** What is proposed, in words. What this version does not know keeps its name. */
export function useActionText() {
  const t = useTranslations("adminApprovals.actions");
  return (action: string): string => {
    const key = action.replaceAll(".", "_") as DualActionKey;
    return t.has(key) ? t(key) : action;
  };
}
