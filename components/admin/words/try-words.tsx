"use client";

import { Button, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { useTRPC } from "../../lib/trpc";
import { ErrorPanel } from "../../ui/state-panel";
import classes from "../admin.module.css";
import filters from "../filters.module.css";

const TEXT_MAX = 200;

/** What would become of a sentence, before somebody says it. */
export function TryWords() {
  const t = useTranslations("adminWords");
  const trpc = useTRPC();
  const [text, setText] = useState("");
  const { data, error, refetch } = useQuery(
    trpc.chat.tryWords.queryOptions({ text }, { enabled: text !== "", placeholderData: keepPreviousData }),
  );
  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const entry = new FormData(event.currentTarget).get("text");
    setText(typeof entry === "string" ? entry.trim() : "");
  }
  return (
    <section className={classes.card} aria-labelledby="try-words-title">
      <h2 id="try-words-title" className={classes.cardTitle}>
        {t("try")}
      </h2>
      <form className={filters.filters} onSubmit={send}>
        <TextInput
          name="text"
          className={filters.wide}
          label={t("sentence")}
          maxLength={TEXT_MAX}
          autoComplete="off"
          data-testid="try-words"
        />
        <div className={filters.buttons}>
          <Button type="submit" variant="default" data-testid="try-words-submit">
            {t("tryIt")}
          </Button>
        </div>
      </form>
      {error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      {data && text !== "" ? (
        <p role="status" data-testid="try-words-result" data-action={data.action}>
          {t(`becomes.${data.action}`)}
          {data.words ? (
            <>
              {" "}
              <q>
                <bdi>{data.words}</bdi>
              </q>
            </>
          ) : null}
        </p>
      ) : null}
    </section>
  );
}
