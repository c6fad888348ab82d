"use client";

import { Button, TagsInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { OWN_TAGS_MAX, TAG_LENGTH_MAX, tagSlugOf } from "@/domain/rules/tags";
import { topicName } from "@/domain/rules/topics";
import { useTRPC } from "../lib/trpc";
import { useNotifyError } from "../ui/use-notify-error";
import classes from "./account-page.module.css";

const PAUSE_MS = 250;

export function OwnTagsForm({ saved }: { saved: readonly string[] }) {
  const t = useTranslations("ownTags");
  const locale = useLocale();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notifyError = useNotifyError();
  const inOwnWords = (labels: readonly string[]) => labels.map((label) => topicName(label, locale));
  const [tags, setTags] = useState(() => inOwnWords(saved));
  const [typed, setTyped] = useState("");
  const [text] = useDebouncedValue(typed, PAUSE_MS);
  const found = useQuery(trpc.tag.search.queryOptions({ text }, { placeholderData: keepPreviousData }));
  const save = useMutation(
    trpc.me.updateProfile.mutationOptions({
      onSuccess: (profile) => {
        queryClient.setQueryData(trpc.me.profile.queryKey(), profile);
        setTags(inOwnWords(profile.tags));
        notifications.show({ color: "green", message: t("saved") });
      },
      onError: notifyError,
    }),
  );
  // Two spellings of one tag are one.
  const distinct = (labels: string[]) => [
    ...new Map(labels.map((label) => [tagSlugOf(label), label])).values(),
  ];
  return (
    <div className={classes.about}>
      <TagsInput
        label={t("label")}
        description={t("text", { max: OWN_TAGS_MAX })}
        placeholder={tags.length < OWN_TAGS_MAX ? t("placeholder") : undefined}
        data={inOwnWords(found.data?.items.map(({ label }) => label) ?? [])}
        filter={({ options }) => options}
        maxTags={OWN_TAGS_MAX}
        maxLength={TAG_LENGTH_MAX}
        value={tags}
        onChange={(next) => setTags(distinct(next).filter((label) => tagSlugOf(label) !== ""))}
        searchValue={typed}
        onSearchChange={setTyped}
        data-testid="own-tags"
      />
      <div className={classes.actions}>
        <Button loading={save.isPending} onClick={() => save.mutate({ tags })} data-testid="own-tags-save">
          {t("save")}
        </Button>
      </div>
    </div>
  );
}
