"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { MouseEvent } from "react";
import { useTopUpHref } from "./use-top-up-href";

/** The way to the top-up: a sheet over this page, or the wallet in another tab for whoever asks for one. */
export function TopUpLink({ onTopUp, className }: { onTopUp: () => void; className?: string }) {
  const t = useTranslations("gift");
  const href = useTopUpHref();
  function open(event: MouseEvent) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onTopUp();
  }
  return (
    <Link href={href} className={className} prefetch={false} aria-haspopup="dialog" onClick={open}>
      {t("topUp")}
    </Link>
  );
}
