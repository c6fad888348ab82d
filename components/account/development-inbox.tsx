"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import classes from "./login-page.module.css";

/** Without an SMS provider the code is readable here. The endpoint does not exist in production, and neither does this. */
export function DevelopmentInbox({
  phone,
  sentAtMs,
  onUse,
}: {
  phone: string;
  sentAtMs: number;
  onUse: (code: string) => void;
}) {
  const t = useTranslations("login");
  const { data: code } = useQuery({
    queryKey: ["dev-inbox", phone, sentAtMs],
    retry: false,
    queryFn: async ({ signal }) => {
      const response = await fetch(`/api/dev/inbox?phone=${encodeURIComponent(phone)}`, { signal });
      if (!response.ok) return null;
      const { code } = (await response.json()) as { code?: string };
      return code ?? null;
    },
  });
  if (!code) return null;
  return (
    <div className={classes.inbox} data-testid="dev-inbox">
      <span>
        {t("devInbox")} <strong className="numeric">{code}</strong>
      </span>
      <button
        type="button"
        className={classes.textButton}
        onClick={() => onUse(code)}
        data-testid="use-dev-code"
      >
        {t("useCode")}
      </button>
    </div>
  );
}
