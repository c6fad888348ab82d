"use client";

import { Alert, Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { ErrorPanel } from "../ui/state-panel";
import classes from "./account-page.module.css";
import { PhoneChangeForm } from "./phone-change-form";

/** The number I sign in with, masked, and the way to another one. */
export function PhoneCard() {
  const t = useTranslations("account");
  const formats = useLocaleFormats();
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.me.account.queryOptions());
  const [isChanging, setChanging] = useState(false);
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={150} radius="lg" />;
  const last = data.lastPhoneChange;
  return (
    <section className={classes.card} aria-labelledby="phone-title" data-testid="phone-card">
      <div className={classes.head}>
        <h2 id="phone-title" className={classes.heading}>
          {t("phone")}
        </h2>
        {data.isFresh && !isChanging ? (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setChanging(true)}
            data-testid="phone-change"
          >
            {t("change")}
          </Button>
        ) : null}
      </div>
      <p className={`${classes.number} numeric`} data-testid="my-phone">
        {data.phone}
      </p>
      {last ? (
        <Alert color="yellow" data-testid="phone-changed">
          {last.payoutsHeldUntil
            ? t("changedHeld", {
                at: formats.fullDateTime(last.at),
                until: formats.fullDateTime(last.payoutsHeldUntil),
              })
            : t("changed", { at: formats.fullDateTime(last.at) })}
        </Alert>
      ) : null}
      {data.isFresh ? null : (
        <p className={classes.text} data-testid="sign-in-again">
          {t("notFresh")} <Link href="/login?next=/account">{t("signInAgain")}</Link>
        </p>
      )}
      {isChanging ? <PhoneChangeForm onClose={() => setChanging(false)} /> : null}
    </section>
  );
}
