"use client";

import { useTranslations } from "next-intl";
import { ActionButton } from "@/components/ui/action";
import { PageShell } from "@/components/ui/page-shell";
import { StatePanel } from "@/components/ui/state-panel";

/** A page that broke while drawing. The digest finds the cause in the server's log; the cause itself is not shown. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const t = useTranslations("common");
  return (
    <PageShell>
      <StatePanel
        title={t("pageBroke")}
        mood="storm"
        headingLevel={1}
        testId="page-error"
        action={<ActionButton onClick={reset}>{t("tryAgain")}</ActionButton>}
      >
        {t("pageBrokeText")}
        {error.digest ? (
          <small style={{ display: "block", marginTop: 8 }}>{t("errorCode", { code: error.digest })}</small>
        ) : null}
      </StatePanel>
    </PageShell>
  );
}
