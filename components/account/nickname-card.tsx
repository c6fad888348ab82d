"use client";

import { Button, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { NICKNAME_LENGTH_MAX } from "@/domain/rules/person-facts";
import { countCharacters } from "@/domain/rules/readable-text";
import { readApiError } from "../lib/api-error";
import { useTRPC } from "../lib/trpc";
import { useErrorText } from "../ui/error-text";
import classes from "./account-page.module.css";

/** How I am called everywhere. */
export function NicknameCard({ nickname }: { nickname: string }) {
  const t = useTranslations("nickname");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState(nickname);
  const save = useMutation(
    trpc.me.updateProfile.mutationOptions({
      onSuccess: async (saved) => {
        setTyped(saved.nickname);
        queryClient.setQueryData(trpc.session.me.queryKey(), (me) =>
          me ? { ...me, nickname: saved.nickname } : me,
        );
        await queryClient.invalidateQueries({ queryKey: trpc.me.profile.queryKey() });
        notifications.show({ color: "green", message: t("saved") });
      },
    }),
  );
  const characters = countCharacters(typed);
  const isFit = characters > 0 && characters <= NICKNAME_LENGTH_MAX;
  function submit(event: FormEvent) {
    event.preventDefault();
    if (isFit) save.mutate({ nickname: typed });
  }
  const error = save.error ? errorText(readApiError(save.error)) : undefined;
  const problem = isFit ? error : t(characters === 0 ? "needed" : "tooLong", { max: NICKNAME_LENGTH_MAX });
  return (
    <section className={classes.card} aria-labelledby="nickname-title" data-testid="nickname-card">
      <h2 id="nickname-title" className={classes.heading}>
        {t("title")}
      </h2>
      <form className={classes.about} onSubmit={submit} noValidate>
        <TextInput
          label={t("label")}
          description={t("text", { max: NICKNAME_LENGTH_MAX })}
          autoComplete="nickname"
          value={typed}
          error={problem}
          onChange={(event) => {
            save.reset();
            setTyped(event.currentTarget.value);
          }}
          data-testid="nickname"
        />
        <div className={classes.actions}>
          <Button
            type="submit"
            loading={save.isPending}
            disabled={!isFit || typed.trim() === nickname}
            data-testid="nickname-save"
          >
            {t("save")}
          </Button>
        </div>
      </form>
    </section>
  );
}
