"use client";

import { useTranslations } from "next-intl";
import { DUAL_ACTION_NAMES, type DualActionName, dualActionKey } from "@/server/contracts/approval";

const KNOWN: ReadonlySet<string> = new Set(DUAL_ACTION_NAMES);

/** What is proposed, in words. What this version does not know keeps its name. */
export function useActionText() {
  const t = useTranslations("adminApprovals.actions");
  return (action: string): string =>
    KNOWN.has(action) ? t(dualActionKey(action as DualActionName)) : action;
}
