"use client";

import { useTranslations } from "next-intl";
import type { ApiError } from "../lib/api-error";
import { TraceId } from "./trace-id";

/** Turns an error into a sentence in the reader's language. */
export function useErrorText() {
  const t = useTranslations("errors");
  return (error: ApiError): string => {
    const waitMs = error.details.retryAfterMs;
    if (error.name === "RATE_LIMITED" && typeof waitMs === "number" && waitMs >= 1000) {
      return t("RATE_LIMITED_SECONDS", { seconds: Math.ceil(waitMs / 1000) });
    }
    const { reason, words } = error.details;
    if (error.name === "CHAT_REJECTED" && reason === "words" && typeof words === "string") {
      return t("CHAT_REJECTED_WORDS", { words });
    }
    if (error.name === "CHAT_REJECTED" && reason === "links") return t("CHAT_REJECTED_LINKS");
    return t(error.name);
  };
}

/** The sentence, with the trace id below it in small print. */
export function ErrorText({ error }: { error: ApiError }) {
  const errorText = useErrorText();
  const t = useTranslations("common");
  return (
    <span>
      <span>{errorText(error)}</span>
      {error.traceId ? (
        <span
          style={{
            display: "flex",
            gap: 6,
            alignItems: "center",
            marginTop: 4,
            fontSize: "0.75rem",
            opacity: 0.9,
          }}
        >
          {t("trace")} <TraceId traceId={error.traceId} />
        </span>
      ) : null}
    </span>
  );
}
