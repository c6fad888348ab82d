"use client";

import { Alert } from "@mantine/core";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { readApiError } from "../lib/api-error";
import { lazyPart } from "../lib/lazy-part";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { ErrorText } from "../ui/error-text";
import admin from "./admin.module.css";
import { useGiftFileRefusalText } from "./gifts/use-gift-file-refusal-text";

const VerifyFactor = lazyPart(() => import("../second-factor/verify-factor").then((m) => m.VerifyFactor));

/** Asks for a fresh code; what was refused is then done by doing it again. */
function FreshFactor() {
  const t = useTranslations("secondFactor");
  const [isDone, setDone] = useState(false);
  return (
    <Alert color="blue" role="status" data-testid="fresh-factor">
      {isDone ? (
        t("nowAgain")
      ) : (
        <>
          <p>{t("needed")}</p>
          <VerifyFactor onDone={() => setDone(true)} />
        </>
      )}
    </Alert>
  );
}

/** Why something was not done; or, calmly, that it waits for a second operator and where. */
export function MutationError({ error }: { error: unknown }) {
  const t = useTranslations("adminApprovals");
  const formats = useLocaleFormats();
  const refusalText = useGiftFileRefusalText();
  if (!error) return null;
  const known = readApiError(error);
  if (known.name === "SECOND_OPERATOR_NEEDED") {
    const { expiresAt } = known.details;
    return (
      <Alert color="blue" role="status" title={t("waits")} data-testid="waits-for-second">
        {typeof expiresAt === "string" ? t("waitsText", { until: formats.fullDateTime(expiresAt) }) : null}{" "}
        <Link href="/admin/approvals" className={admin.link}>
          {t("toApprovals")}
        </Link>
      </Alert>
    );
  }
  if (known.name === "SECOND_FACTOR_NEEDED") return <FreshFactor />;
  return (
    <Alert color="red" role="alert">
      {known.name === "GIFT_FILE_REFUSED"
        ? refusalText({ reason: known.details.reason, detail: known.details.detail })
        : null}{" "}
      <ErrorText error={known} />
    </Alert>
  );
}
