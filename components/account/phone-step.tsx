"use client";

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { askAuth } from "../lib/ask-auth";
import { type AuthFailure, readAuthFailure, useAuthFailureText } from "./auth-failure";
import classes from "./login-page.module.css";
import { COUNTRY_CODES, DEFAULT_COUNTRY_CODE, readPhoneNumber } from "./phone-number";

interface PhoneStepProps {
  onSent: (phone: string) => void;
  onGuest: () => Promise<void>;
}

export function PhoneStep({ onSent, onGuest }: PhoneStepProps) {
  const t = useTranslations("login");
  const failureText = useAuthFailureText();
  const [countryCode, setCountryCode] = useState<string>(DEFAULT_COUNTRY_CODE);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState<"code" | "guest" | null>(null);
  const [failure, setFailure] = useState<AuthFailure | "notANumber" | null>(null);

  async function sendCode(event: FormEvent) {
    event.preventDefault();
    const phone = readPhoneNumber(countryCode, typed);
    if (!phone) return setFailure("notANumber");
    setBusy("code");
    setFailure(null);
    const { error } = await askAuth((client) => client.phoneNumber.sendOtp({ phoneNumber: phone }));
    setBusy(null);
    if (error) setFailure(readAuthFailure(error));
    else onSent(phone);
  }

  async function continueAsGuest() {
    setBusy("guest");
    setFailure(null);
    const session = await askAuth((client) => client.getSession());
    const { error } = session.data ? { error: null } : await askAuth((client) => client.signIn.anonymous());
    if (error) {
      setBusy(null);
      setFailure(readAuthFailure(error));
    } else await onGuest();
  }

  const errorText =
    failure === null ? null : failure === "notANumber" ? t("notANumber") : failureText(failure);
  return (
    <form className={classes.form} onSubmit={(event) => void sendCode(event)} noValidate>
      <p className={classes.lead}>{t("lead")}</p>
      <div className={classes.phoneRow}>
        <NativeSelect
          size="lg"
          aria-label={t("countryCode")}
          data={[...COUNTRY_CODES]}
          value={countryCode}
          onChange={(event) => setCountryCode(event.currentTarget.value)}
          className={classes.country}
        />
        <TextInput
          size="lg"
          className={classes.phone}
          type="tel"
          inputMode="tel"
          autoComplete="tel-national"
          aria-label={t("phone")}
          placeholder={t("phonePlaceholder")}
          value={typed}
          error={errorText !== null}
          aria-describedby={errorText ? "login-error" : undefined}
          data-testid="phone-input"
          data-autofocus
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setFailure(null);
          }}
        />
      </div>
      {errorText ? (
        <p id="login-error" className={classes.error} role="alert" data-testid="login-error">
          {errorText}
        </p>
      ) : null}
      <Button
        type="submit"
        size="lg"
        radius="xl"
        fullWidth
        loading={busy === "code"}
        disabled={busy === "guest"}
        data-testid="send-code"
      >
        {t("sendCode")}
      </Button>
      <div className={classes.or}>
        <span>{t("or")}</span>
      </div>
      <Button
        size="lg"
        radius="xl"
        variant="default"
        fullWidth
        loading={busy === "guest"}
        disabled={busy === "code"}
        data-testid="continue-as-guest"
        onClick={() => void continueAsGuest()}
      >
        {t("guest")}
      </Button>
      <p className={classes.small}>{t("guestText")}</p>
    </form>
  );
}
