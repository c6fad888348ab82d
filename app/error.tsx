"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { reloadBrokenOldPage, reloadOldPage } from "@/components/lib/reload-old-page";
import { ActionButton } from "@/components/ui/action";
import { PageShell } from "@/components/ui/page-shell";
import { StatePanel } from "@/components/ui/state-panel";
import { Retry } from "@/push/client/retry";

/** Code that did not come, as the bundler's runtime names it. */
const PART_LOST = "ChunkLoadError";
const BACK_OFF = { firstMs: 2_000, maxMs: 30_000 };

/**
 * A page that broke while drawing. The digest finds the cause in the server's log; the cause itself is not shown. What broke
 * because its code did not come is drawn again by itself; an old page under which another version came is loaded anew.
 */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const t = useTranslations("common");
  useEffect(() => {
    if (error.name !== PART_LOST) {
      void reloadBrokenOldPage();
      return;
    }
    const retry = new Retry({ attempt: reset, backOff: BACK_OFF });
    retry.failed();
    void reloadOldPage(error);
    return () => retry.stop();
  }, [error, reset]);
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
