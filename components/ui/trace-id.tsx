"use client";

import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import classes from "./trace-id.module.css";

const COPIED_MS = 1_500;
const SHOWN_DIGITS = 8;

/** A trace id in small print; a click copies all of it, for a support request or the trace page. */
export function TraceId({ traceId }: { traceId: string }) {
  const t = useTranslations("common");
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className={classes.trace}
      aria-label={t("copyTrace", { traceId })}
      title={traceId}
      data-testid="trace-id"
      onClick={() => {
        void navigator.clipboard?.writeText(traceId).then(() => setCopied(true));
      }}
    >
      <span>{traceId.slice(0, SHOWN_DIGITS)}</span>
      {copied ? <IconCheck size={13} aria-hidden /> : <IconCopy size={13} aria-hidden />}
    </button>
  );
}
