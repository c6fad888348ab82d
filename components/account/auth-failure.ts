"use client";

import { useTranslations } from "next-intl";

/** The refusals of sign-in that a person can act on; everything else is "other". */
export type AuthFailure =
  | { kind: "wrongCode" | "expired" | "tooManyTries" | "badPhone" | "offline" | "other" }
  | { kind: "tooFast"; seconds: number | null };

interface AuthClientError {
  status?: number;
  code?: string;
  message?: string;
  retryAfterMs?: number;
  details?: { retryAfterMs?: number; field?: string };
  biz?: { name?: string; details?: { retryAfterMs?: number } };
}

export function readAuthFailure(error: AuthClientError): AuthFailure {
  const code = error.biz?.name ?? error.code ?? "";
  const waitMs = error.biz?.details?.retryAfterMs ?? error.details?.retryAfterMs ?? error.retryAfterMs;
  if (error.status === 429 || code === "RATE_LIMITED") {
    return { kind: "tooFast", seconds: typeof waitMs === "number" ? Math.ceil(waitMs / 1000) : null };
  }
  switch (code) {
    case "INVALID_OTP":
      return { kind: "wrongCode" };
    case "OTP_EXPIRED":
    case "OTP_NOT_FOUND":
      return { kind: "expired" };
    case "TOO_MANY_ATTEMPTS":
      return { kind: "tooManyTries" };
    case "INVALID_INPUT":
      return { kind: error.details?.field === "phoneNumber" ? "badPhone" : "other" };
    default:
      return { kind: !error.status || error.status >= 502 ? "offline" : "other" };
  }
}

export function useAuthFailureText() {
  const t = useTranslations("login.failure");
  return (failure: AuthFailure): string => {
    if (failure.kind !== "tooFast") return t(failure.kind);
    return failure.seconds === null ? t("tooFast") : t("tooFastSeconds", { seconds: failure.seconds });
  };
}
