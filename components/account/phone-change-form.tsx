"use client";

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useRef, useState } from "react";
import { v7 as uuidv7 } from "uuid";
import { type ApiError, readApiError } from "../lib/api-error";
import { useTRPC } from "../lib/trpc";
import { useErrorText } from "../ui/error-text";
import classes from "./account-page.module.css";
import { DevelopmentInbox } from "./development-inbox";
import loginClasses from "./login-page.module.css";
import { COUNTRY_CODES, DEFAULT_COUNTRY_CODE, readPhoneNumber } from "./phone-number";

interface Asked {
  changeId: string;
  phoneNumber: string;
  oldPhone: string;
  atMs: number;
}

/** First the new number, then a code from each of the two. */
export function PhoneChangeForm({ onClose }: { onClose: () => void }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  return asked ? (
    <CodesForm asked={asked} onClose={onClose} />
  ) : (
    <NumberForm onAsked={setAsked} onClose={onClose} />
  );
}

function NumberForm({ onAsked, onClose }: { onAsked: (asked: Asked) => void; onClose: () => void }) {
  const t = useTranslations("account");
  const loginText = useTranslations("login");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const changeId = useRef(uuidv7());
  const [countryCode, setCountryCode] = useState<string>(DEFAULT_COUNTRY_CODE);
  const [typed, setTyped] = useState("");
  const [isWrong, setWrong] = useState(false);
  const start = useMutation(trpc.me.startPhoneChange.mutationOptions());

  function submit(event: FormEvent) {
    event.preventDefault();
    const phoneNumber = readPhoneNumber(countryCode, typed);
    setWrong(phoneNumber === null);
    if (!phoneNumber) return;
    start.mutate(
      { changeId: changeId.current, phoneNumber },
      {
        onSuccess: ({ oldPhone }) =>
          onAsked({ changeId: changeId.current, phoneNumber, oldPhone, atMs: Date.now() }),
        // Another number is another change.
        onError: () => {
          changeId.current = uuidv7();
        },
      },
    );
  }

  const failure = isWrong
    ? loginText("notANumber")
    : start.error
      ? errorText(readApiError(start.error))
      : undefined;
  return (
    <form className={loginClasses.form} onSubmit={submit} noValidate>
      <p className={classes.text}>{t("changeText")}</p>
      <div className={loginClasses.phoneRow}>
        <NativeSelect
          aria-label={loginText("countryCode")}
          data={[...COUNTRY_CODES]}
          value={countryCode}
          onChange={(event) => setCountryCode(event.currentTarget.value)}
          className={loginClasses.country}
        />
        <TextInput
          className={loginClasses.phone}
          type="tel"
          inputMode="tel"
          autoComplete="tel-national"
          aria-label={t("newPhone")}
          placeholder={t("newPhone")}
          value={typed}
          error={failure !== undefined}
          aria-describedby={failure ? "phone-change-error" : undefined}
          data-testid="new-phone"
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </div>
      <Failure text={failure} />
      <div className={classes.actions}>
        <Button type="submit" loading={start.isPending} data-testid="send-codes">
          {t("sendCodes")}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}

function CodesForm({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const t = useTranslations("account");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [codes, setCodes] = useState({ oldCode: "", newCode: "" });
  const { changeId, phoneNumber, oldPhone, atMs } = asked;
  const confirm = useMutation(
    trpc.me.confirmPhoneChange.mutationOptions({
      onSuccess: async () => {
        notifications.show({ color: "green", message: t("done") });
        await queryClient.invalidateQueries({ queryKey: trpc.me.pathKey() });
        onClose();
      },
    }),
  );
  const error: ApiError | null = confirm.error ? readApiError(confirm.error) : null;
  const fields = [
    { key: "oldCode", label: t("oldCode", { phone: oldPhone }) },
    { key: "newCode", label: t("newCode", { phone: phoneNumber }) },
  ] as const;

  function submit(event: FormEvent) {
    event.preventDefault();
    confirm.mutate({ changeId, phoneNumber, ...codes });
  }

  return (
    <form className={loginClasses.form} onSubmit={submit} noValidate>
      <p className={classes.text}>{t("codesText")}</p>
      <div className={classes.codes}>
        {fields.map(({ key, label }) => (
          <TextInput
            key={key}
            label={label}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={6}
            value={codes[key]}
            error={error?.details.field === key}
            aria-describedby={error ? "phone-change-error" : undefined}
            data-testid={key}
            onChange={(event) => {
              const digits = event.currentTarget.value.replaceAll(/\D/g, "");
              setCodes((before) => ({ ...before, [key]: digits }));
            }}
          />
        ))}
      </div>
      <DevelopmentInbox
        phone={phoneNumber}
        sentAtMs={atMs}
        onUse={(newCode) => setCodes((before) => ({ ...before, newCode }))}
      />
      <Failure text={error ? errorText(error) : undefined} />
      <div className={classes.actions}>
        <Button
          type="submit"
          loading={confirm.isPending}
          disabled={codes.oldCode.length !== 6 || codes.newCode.length !== 6}
          data-testid="confirm-phone"
        >
          {t("confirm")}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}

function Failure({ text }: { text: string | undefined }) {
  if (!text) return null;
  return (
    <p id="phone-change-error" className={loginClasses.error} role="alert" data-testid="phone-change-error">
      {text}
    </p>
  );
}
