"use client";

import { Switch } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "../lib/trpc";
import { useNotifyError } from "../ui/use-notify-error";
import classes from "./account-page.module.css";

/** What others see of me; each change holds at once. */
export function PrivacyCard({ givesAnonymously }: { givesAnonymously: boolean }) {
  const t = useTranslations("privacy");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notifyError = useNotifyError();
  const show = (value: boolean) =>
    queryClient.setQueryData(trpc.session.me.queryKey(), (me) =>
      me ? { ...me, givesAnonymously: value } : me,
    );
  const save = useMutation(
    trpc.me.updateProfile.mutationOptions({
      onMutate: (change) => void show(change.givesAnonymously ?? givesAnonymously),
      onError: (error) => {
        show(givesAnonymously);
        notifyError(error);
      },
    }),
  );
  return (
    <section className={classes.card} aria-labelledby="privacy-title" data-testid="privacy-card">
      <h2 id="privacy-title" className={classes.heading}>
        {t("title")}
      </h2>
      <Switch
        label={t("givesAnonymously")}
        description={t("givesAnonymouslyText")}
        checked={givesAnonymously}
        onChange={(event) => save.mutate({ givesAnonymously: event.currentTarget.checked })}
        data-testid="gives-anonymously"
      />
    </section>
  );
}
