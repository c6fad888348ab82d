"use client";

import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { readApiError } from "../lib/api-error";
import { useTRPC } from "../lib/trpc";
import { useErrorText } from "../ui/error-text";
import classes from "./second-factor.module.css";

const CODE_MIN = 6;

/** Takes a code of the authenticator, or a recovery code. No form of its own, so that it may stand inside one. */
export function VerifyFactor({ onDone }: { onDone: () => void }) {
  const t = useTranslations("secondFactor");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const [code, setCode] = useState("");
  const verify = useMutation(trpc.me.verifySecondFactor.mutationOptions({ onSuccess: onDone }));
  const typed = code.replaceAll(/\s/g, "");
  const isFit = typed.length >= CODE_MIN;
  function submit() {
    if (isFit && !verify.isPending) verify.mutate({ code: typed }, { onError: () => setCode("") });
  }
  const error = verify.error && readApiError(verify.error);
  return (
    <div className={classes.verify} role="group" aria-label={t("code")} data-testid="verify-factor">
      <TextInput
        label={t("code")}
        description={t("codeHint")}
        value={code}
        maxLength={14}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        error={error ? (error.name === "INVALID_INPUT" ? t("noCode") : errorText(error)) : undefined}
        onChange={(event) => {
          verify.reset();
          setCode(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          submit();
        }}
        data-testid="factor-code"
      />
      <Button loading={verify.isPending} disabled={!isFit} onClick={submit} data-testid="factor-verify">
        {t("verify")}
      </Button>
    </div>
  );
}
