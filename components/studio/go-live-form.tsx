"use client";

import { Button, NativeSelect, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconBroadcast } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import type { CategoryName } from "@/domain/contracts/category";
import { TOPIC_KEYS, topicName, topicOf } from "@/domain/rules/topics";
import { useTRPC } from "../lib/trpc";
import { useCategoryChoices } from "../ui/use-category-choices";
import { useNotifyError } from "../ui/use-notify-error";
import classes from "./go-live-form.module.css";
import studio from "./studio.module.css";

const TITLE_MAX = 60;
const TAGS_MAX = 5;
const TAG_MAX = 20;

interface GoLiveFormProps {
  initial?: { title: string; category: string; categoryName: CategoryName | null; tags: string[] };
  onOpened: (roomId: string) => void;
}

export function GoLiveForm({ initial, onOpened }: GoLiveFormProps) {
  const t = useTranslations("studio");
  const locale = useLocale();
  const name = (topic: string) => topicName(topic, locale);
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notifyError = useNotifyError();
  const { data: categories } = useQuery(trpc.category.list.queryOptions());
  const choices = useCategoryChoices(categories?.items ?? [], initial);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: initial
      ? { title: initial.title, category: initial.category, tags: initial.tags.map(name) }
      : { title: "", category: "", tags: [] as string[] },
    validate: {
      title: (value) => (value.trim() === "" ? t("titleNeeded") : null),
      category: (value) => (value.trim() === "" ? t("categoryNeeded") : null),
    },
  });
  const open = useMutation(
    trpc.room.open.mutationOptions({
      onSuccess: ({ roomId }) => {
        onOpened(roomId);
        void queryClient.invalidateQueries({ queryKey: trpc.room.get.queryKey({ roomId }) });
        void queryClient.invalidateQueries({ queryKey: trpc.room.stats.queryKey({ roomId }) });
      },
      onError: notifyError,
    }),
  );
  return (
    <form
      className={studio.card}
      aria-labelledby="go-live-title"
      data-testid="go-live-form"
      onSubmit={form.onSubmit(({ title, category, tags }) =>
        open.mutate({ title: title.trim(), category, tags: tags.map(topicOf) }),
      )}
    >
      <h2 id="go-live-title" className={studio.cardTitle}>
        {t("goLiveTitle")}
      </h2>
      <p className={classes.dim}>{t("goLiveText")}</p>
      <TextInput
        label={t("roomTitle")}
        placeholder={t("roomTitlePlaceholder")}
        maxLength={TITLE_MAX}
        withAsterisk
        data-testid="room-title"
        key={form.key("title")}
        {...form.getInputProps("title")}
      />
      <NativeSelect
        label={t("category")}
        data={choices}
        withAsterisk
        data-testid="room-category"
        key={form.key("category")}
        {...form.getInputProps("category")}
      />
      <TagsInput
        label={t("tags")}
        description={t("tagsHint", { max: TAGS_MAX })}
        placeholder={t("tagsPlaceholder")}
        data={TOPIC_KEYS.map(name)}
        maxTags={TAGS_MAX}
        maxLength={TAG_MAX}
        data-testid="room-tags"
        key={form.key("tags")}
        {...form.getInputProps("tags")}
      />
      <Button
        type="submit"
        size="md"
        leftSection={<IconBroadcast size={20} aria-hidden />}
        loading={open.isPending}
        data-testid="go-live"
      >
        {t("goLive")}
      </Button>
    </form>
  );
}
