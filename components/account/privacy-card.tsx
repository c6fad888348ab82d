"use client";

import { Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "../lib/trpc";
import { useNotifyError } from "../ui/use-notify-error";
import classes from "./account-page.module.css";

function OwnLobbySwitch() {
  const t = useTranslations("privacy");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notifyError = useNotifyError();
  const profile = useQuery(trpc.me.profile.queryOptions());
  const show = (plainLobby: boolean) =>
    queryClient.setQueryData(trpc.me.profile.queryKey(), (mine) => (mine ? { ...mine, plainLobby } : mine));
  const save = useMutation(
    trpc.me.updateProfile.mutationOptions({
      onMutate: ({ plainLobby = false }) => void show(plainLobby),
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.room.list.pathKey() }),
      onError: (error, { plainLobby = false }) => {
        show(!plainLobby);
        notifyError(error);
      },
    }),
  );
  return (
    <Switch
      mt="md"
      label={t("ownLobby")}
      description={t("ownLobbyText")}
      checked={!(profile.data?.plainLobby ?? false)}
      disabled={!profile.data}
      onChange={(event) => save.mutate({ plainLobby: !event.currentTarget.checked })}
      data-testid="own-lobby"
    />
  );
}

/** What others see of me, and what is made of what I do; each change holds at once. */
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
      <OwnLobbySwitch />
    </section>
  );
}
