"use client";

import { Alert, Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { PayoutAccount } from "@/domain/contracts/payout-account";
import { unpasteNumber } from "@/domain/rules/pasted-number";
import { readApiError } from "../../lib/api-error";
import { useTRPC } from "../../lib/trpc";
import { ErrorText } from "../../ui/error-text";
import shared from "../../withdrawal/withdrawal.module.css";
import classes from "./account-code.module.css";

const DIGITS = 6;

export const isCode = (text: string) => new RegExp(`^\\d{${DIGITS}}$`).test(text);

interface AccountCodeProps {
  account: PayoutAccount;
  code: string;
  onCode: (code: string) => void;
}

/** Has a code sent to the anchor's phone that confirms a new account, and takes it. */
export function AccountCode({ account, code, onCode }: AccountCodeProps) {
  const t = useTranslations("withdrawal.code");
  const trpc = useTRPC();
  const send = useMutation(trpc.finance.sendAccountCode.mutationOptions());
  const sent = send.data?.isNeeded ? send.data : null;
  return (
    <div className={`${shared.form} ${classes.codeStep}`} data-testid="account-code">
      <p className={shared.reason}>{t("why")}</p>
      {sent ? <p className={shared.reason}>{t("sent", { phone: sent.phoneMasked })}</p> : null}
      {send.error ? (
        <Alert color="red" role="alert">
          <ErrorText error={readApiError(send.error)} />
        </Alert>
      ) : null}
      <TextInput
        label={t("label")}
        inputMode="numeric"
        autoComplete="one-time-code"
        value={code}
        onChange={(event) =>
          onCode(unpasteNumber(event.currentTarget.value).replaceAll(/\D/g, "").slice(0, DIGITS))
        }
        rightSectionWidth={110}
        rightSection={
          <Button
            variant="subtle"
            size="compact-xs"
            loading={send.isPending}
            onClick={() => send.mutate({ payoutAccount: account })}
            data-testid="send-account-code"
          >
            {t(sent ? "sendAgain" : "send")}
          </Button>
        }
        data-testid="account-code-input"
      />
    </div>
  );
}
