"use client";

import { Button, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { v7 as uuidv7 } from "uuid";
import type { OwnApplication } from "@/domain/contracts/application";
import { readApiError } from "../lib/api-error";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { useErrorText } from "../ui/error-text";
import classes from "./account-page.module.css";

const ABOUT_LENGTH_MAX = 500;

/** Asks to become an anchor, and says what came of it. */
export function AnchorCard() {
  const t = useTranslations("application");
  const formats = useLocaleFormats();
  const trpc = useTRPC();
  const { data: last } = useQuery(trpc.me.application.queryOptions());
  if (last === undefined) return null;
  return (
    <section className={classes.card} aria-labelledby="anchor-title" data-testid="anchor-card" id="anchor">
      <h2 id="anchor-title" className={classes.heading}>
        {t("title")}
      </h2>
      {last?.status === "open" ? (
        <p className={classes.text} role="status" data-testid="application-open">
          {t("waiting", { at: formats.dateTime(last.createdAt) })}
        </p>
      ) : (
        <>
          {last?.status === "rejected" ? <Refused application={last} /> : null}
          <ApplicationForm />
        </>
      )}
    </section>
  );
}

function Refused({ application }: { application: OwnApplication }) {
  const t = useTranslations("application");
  const formats = useLocaleFormats();
  const { decidedAt, reason } = application;
  return (
    <p className={classes.text} data-testid="application-rejected">
      {t("rejected", { at: formats.dateTime(decidedAt ?? application.createdAt) })} <bdi>{reason}</bdi>
    </p>
  );
}

function ApplicationForm() {
  const t = useTranslations("application");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [about, setAbout] = useState("");
  // One id an intent: a second tap, or a try after a lost answer, applies once.
  const [applicationId] = useState(() => uuidv7());
  const apply = useMutation(
    trpc.me.applyAnchor.mutationOptions({
      onSuccess: (made) => void queryClient.setQueryData(trpc.me.application.queryKey(), made),
    }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    apply.mutate({ applicationId, about });
  }
  return (
    <form className={classes.about} onSubmit={submit}>
      <p className={classes.text}>{t("text")}</p>
      <Textarea
        label={t("about")}
        placeholder={t("placeholder")}
        autosize
        minRows={3}
        maxLength={ABOUT_LENGTH_MAX}
        value={about}
        error={apply.error ? errorText(readApiError(apply.error)) : undefined}
        onChange={(event) => setAbout(event.currentTarget.value)}
        data-testid="application-about"
      />
      <div className={classes.actions}>
        <Button
          type="submit"
          loading={apply.isPending}
          disabled={about.trim() === ""}
          data-testid="application-send"
        >
          {t("send")}
        </Button>
      </div>
    </form>
  );
}
