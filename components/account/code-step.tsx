"use client";

import { Button, PinInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { unpasteNumber } from "@/domain/rules/pasted-number";
import { askAuth } from "../lib/ask-auth";
import { type AuthFailure, readAuthFailure, useAuthFailureText } from "./auth-failure";
import { DevelopmentInbox } from "./development-inbox";
import classes from "./login-page.module.css";

const CODE_LENGTH = 6;
const RESEND_AFTER_MS = 60_000;

interface CodeStepProps {
  phone: string;
  onVerified: () => Promise<void>;
  onBack: () => void;
}

export function CodeStep({ phone, onVerified, onBack }: CodeStepProps) {
  const t = useTranslations("login");
  const failureText = useAuthFailureText();
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<AuthFailure | null>(null);
  const [sentAtMs, setSentAtMs] = useState(() => Date.now());
  const secondsLeft = useSecondsLeft(sentAtMs + RESEND_AFTER_MS);
  const digitsRef = useRef<HTMLDivElement>(null);
  // Whoever asked for a code wants to type it next.
  useEffect(() => digitsRef.current?.querySelector("input")?.focus(), []);

  async function verify(entered: string) {
    if (busy || entered.length !== CODE_LENGTH) return;
    setBusy(true);
    setFailure(null);
    const { error } = await askAuth((client) =>
      client.phoneNumber.verify({ phoneNumber: phone, code: entered }),
    );
    if (!error) return await onVerified();
    setBusy(false);
    setCode("");
    setFailure(readAuthFailure(error));
  }

  async function resend() {
    setFailure(null);
    const { error } = await askAuth((client) => client.phoneNumber.sendOtp({ phoneNumber: phone }));
    if (error) setFailure(readAuthFailure(error));
    else setSentAtMs(Date.now());
  }

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void verify(code);
      }}
    >
      <p className={classes.lead}>
        {t("codeSent", { phone })}{" "}
        <button type="button" className={classes.textButton} onClick={onBack}>
          {t("changePhone")}
        </button>
      </p>
      <div
        ref={digitsRef}
        role="group"
        aria-label={t("codeTitle")}
        aria-describedby={failure ? "code-error" : undefined}
        data-testid="code-input"
        onPasteCapture={(event) => {
          const pasted = unpasteNumber(event.clipboardData.getData("text/plain"));
          if (!/^\d{6}$/.test(pasted)) return;
          event.preventDefault();
          event.stopPropagation();
          setCode(pasted);
          void verify(pasted);
        }}
      >
        <PinInput
          length={CODE_LENGTH}
          type="number"
          size="xl"
          gap="xs"
          oneTimeCode
          placeholder=""
          value={code}
          error={failure !== null}
          disabled={busy}
          onChange={(value) => {
            setCode(value);
            if (value) setFailure(null);
          }}
          onComplete={(value) => void verify(value)}
          aria-label={t("digit")}
          classNames={{ root: classes.pin, pinInput: classes.pinCell, input: classes.pinInput }}
        />
      </div>
      {failure ? (
        <p id="code-error" className={classes.error} role="alert" data-testid="login-error">
          {failureText(failure)}
        </p>
      ) : null}
      <DevelopmentInbox
        phone={phone}
        sentAtMs={sentAtMs}
        onUse={(value) => {
          setCode(value);
          void verify(value);
        }}
      />
      <Button
        type="submit"
        size="lg"
        radius="xl"
        fullWidth
        loading={busy}
        disabled={code.length !== CODE_LENGTH}
        data-testid="verify-code"
      >
        {t("verify")}
      </Button>
      <Button
        variant="subtle"
        color="gray"
        fullWidth
        disabled={secondsLeft > 0}
        onClick={() => void resend()}
        data-testid="resend-code"
      >
        {secondsLeft > 0 ? t("resendIn", { seconds: secondsLeft }) : t("resend")}
      </Button>
    </form>
  );
}

function useSecondsLeft(endsAtMs: number): number {
  const [left, setLeft] = useState(RESEND_AFTER_MS / 1000);
  useEffect(() => {
    const tick = () => setLeft(Math.max(0, Math.ceil((endsAtMs - Date.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [endsAtMs]);
  return left;
}
