"use client";

import { IconCheck, IconCopy, IconTimeline } from "@tabler/icons-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import classes from "./trace-id.module.css";

const COPIED_MS = 1_500;
const SHOWN_DIGITS = 8;

/** A trace id in small print; a click copies all of it, for a support request. Operators have the way to its page beside it. */
export function TraceId({ traceId }: { traceId: string }) {
  const t = useTranslations("common");
  const isForOperators = usePathname()?.startsWith("/admin") ?? false;
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (
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
  if (!isForOperators) return copy;
  return (
    <span className={classes.both}>
      {copy}
      <Link
        href={`/admin/traces?q=${traceId}`}
        className={classes.follow}
        aria-label={t("followTrace", { traceId })}
        title={t("followTrace", { traceId })}
        data-testid="trace-follow"
      >
        <IconTimeline size={15} aria-hidden />
      </Link>
    </span>
  );
}
