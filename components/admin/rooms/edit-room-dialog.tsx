"use client";

import { NativeSelect, Switch, TagsInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import type { RoomItem } from "@/domain/contracts/people";
import { ROOM_TAGS_MAX, TAG_LENGTH_MAX } from "@/domain/rules/tags";
import { TOPIC_KEYS, topicName, topicOf } from "@/domain/rules/topics";
import { useTRPC } from "../../lib/trpc";
import { useCategoryChoices } from "../../ui/use-category-choices";
import { ReasonDialog } from "../reason-dialog";

const TITLE_MAX = 60;

/** Changes what a room is called, is about and looks like. */
export function EditRoomDialog({ room, onClose }: { room: RoomItem; onClose: () => void }) {
  const t = useTranslations("adminRooms");
  const locale = useLocale();
  const name = (topic: string) => topicName(topic, locale);
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data: categories } = useQuery(trpc.category.list.queryOptions());
  const choices = useCategoryChoices(categories?.items ?? [], room);
  const [title, setTitle] = useState(room.title);
  const [category, setCategory] = useState(room.category);
  const [tags, setTags] = useState(room.tags.map(name));
  const [removeCover, setRemoveCover] = useState(false);
  const edit = useMutation(
    trpc.room.edit.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.room.search.pathKey() });
        onClose();
      },
    }),
  );
  const { roomId } = room;
  return (
    <ReasonDialog
      title={t("editTitle", { title: room.title })}
      confirm={t("save")}
      isBlocked={title.trim() === "" || category === ""}
      isPending={edit.isPending}
      error={edit.error}
      onConfirm={(reason) =>
        edit.mutate({
          roomId,
          title,
          category: category === room.category ? undefined : category,
          tags: tags.map(topicOf),
          removeCover: removeCover || undefined,
          reason,
        })
      }
      onClose={onClose}
    >
      <TextInput
        label={t("title")}
        required
        maxLength={TITLE_MAX}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        data-testid="edit-title"
      />
      <NativeSelect
        label={t("category")}
        required
        data={choices}
        value={category}
        onChange={(event) => setCategory(event.currentTarget.value)}
        data-testid="edit-category"
      />
      <TagsInput
        label={t("tags")}
        data={TOPIC_KEYS.map(name)}
        maxTags={ROOM_TAGS_MAX}
        maxLength={TAG_LENGTH_MAX}
        value={tags}
        onChange={setTags}
        data-testid="edit-tags"
      />
      {room.coverUrl ? (
        <Switch
          label={t("removeCover")}
          checked={removeCover}
          onChange={(event) => setRemoveCover(event.currentTarget.checked)}
          data-testid="edit-remove-cover"
        />
      ) : null}
    </ReasonDialog>
  );
}
