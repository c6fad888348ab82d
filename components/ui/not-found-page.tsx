"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { useTranslations } from "next-intl";
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
        action={
          <Button component={Link} href="/">
            {t("toLobby")}
          </Button>
        }
      >
        {t("text")}
      </StatePanel>
    </PageShell>
  );
}
