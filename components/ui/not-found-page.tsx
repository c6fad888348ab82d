"use client";

import { useTranslations } from "next-intl";
import { ActionLink } from "./action";
import { PageShell } from "./page-shell";
import { StatePanel } from "./state-panel";

export function NotFoundPage() {
  const t = useTranslations("notFound");
  return (
    <PageShell>
      <StatePanel
        title={t("title")}
        headingLevel={1}
        testId="not-found"
        action={<ActionLink href="/">{t("toLobby")}</ActionLink>}
      >
        {t("text")}
      </StatePanel>
    </PageShell>
  );
}
