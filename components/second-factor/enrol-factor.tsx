"use client";

import { Button, Code, Skeleton, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { NewSecondFactor } from "@/domain/contracts/second-factor";
import { readApiError } from "../lib/api-error";
import { lazyPart } from "../lib/lazy-part";
import { useTRPC } from "../lib/trpc";
import { useErrorText } from "../ui/error-text";
import classes from "./second-factor.module.css";

const QrPicture = lazyPart(() => import("./qr-picture").then((m) => m.QrPicture), {
  loading: () => <Skeleton width={208} height={208} />,
});

const CODE_LENGTH = 6;

/** Sets a second factor up: a secret for the authenticator, a first code of it, and then the recovery codes, once. */
export function EnrolFactor({ onDone }: { onDone: () => void }) {
  const t = useTranslations("secondFactor");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[] | null>(null);
  const start = useMutation(trpc.me.startSecondFactor.mutationOptions());
  if (recoveryCodes) return <RecoveryCodes codes={recoveryCodes} onDone={onDone} />;
  if (start.data) return <FirstCode factor={start.data} onConfirmed={setRecoveryCodes} />;
  return (
    <div className={classes.steps}>
      <p className={classes.text}>{t("enrolText")}</p>
      {start.error ? (
        <p role="alert" className={classes.error}>
          {errorText(readApiError(start.error))}
        </p>
      ) : null}
      <div>
        <Button loading={start.isPending} onClick={() => start.mutate()} data-testid="factor-start">
          {t("start")}
        </Button>
      </div>
    </div>
  );
}

interface FirstCodeProps {
  factor: NewSecondFactor;
  onConfirmed: (recoveryCodes: readonly string[]) => void;
}

function FirstCode({ factor, onConfirmed }: FirstCodeProps) {
  const t = useTranslations("secondFactor");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const [code, setCode] = useState("");
  const confirm = useMutation(
    trpc.me.confirmSecondFactor.mutationOptions({ onSuccess: (made) => onConfirmed(made.recoveryCodes) }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    if (code.length === CODE_LENGTH) confirm.mutate({ code }, { onError: () => setCode("") });
  }
  return (
    <form className={classes.steps} onSubmit={submit}>
      <p className={classes.text}>{t("scan")}</p>
      <QrPicture text={factor.uri} label={t("qr")} />
      <p className={classes.text}>
        {t("orType")} <Code data-testid="factor-secret">{factor.secret.match(/.{1,4}/g)?.join(" ")}</Code>
      </p>
      <TextInput
        label={t("firstCode")}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={CODE_LENGTH}
        value={code}
        error={confirm.error ? errorText(readApiError(confirm.error)) : undefined}
        onChange={(event) => {
          confirm.reset();
          setCode(event.currentTarget.value.replaceAll(/\D/g, ""));
        }}
        data-testid="factor-first-code"
      />
      <div>
        <Button
          type="submit"
          loading={confirm.isPending}
          disabled={code.length !== CODE_LENGTH}
          data-testid="factor-confirm"
        >
          {t("confirm")}
        </Button>
      </div>
    </form>
  );
}

function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const t = useTranslations("secondFactor");
  return (
    <div className={classes.steps} role="status">
      <p className={classes.text}>{t("recoveryText")}</p>
      <ul className={classes.codes} aria-label={t("recoveryCodes")} data-testid="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <Code>{code}</Code>
          </li>
        ))}
      </ul>
      <div>
        <Button onClick={onDone} data-testid="recovery-kept">
          {t("kept")}
        </Button>
      </div>
    </div>
  );
}
