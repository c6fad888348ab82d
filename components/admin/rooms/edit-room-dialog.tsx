"use client";

import { Autocomplete, Switch, TagsInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import type { RoomItem } from "@/domain/contracts/people";
import { ROOM_TAGS_MAX, TAG_LENGTH_MAX } from "@/domain/rules/tags";
import { CATEGORIES, TOPIC_KEYS, topicName, topicOf } from "@/domain/rules/topics";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";

const TITLE_MAX = 60;
const CATEGORY_MAX = 30;

/** Changes what a room is called, is about and looks like. */
export function EditRoomDialog({ room, onClose }: { room: RoomItem; onClose: () => void }) {
  const t = useTranslations("adminRooms");
  const locale = useLocale();
  const name = (topic: string) => topicName(topic, locale);
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [title, setTitle] = useState(room.title);
  const [category, setCategory] = useState(name(room.category));
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
      isBlocked={title.trim() === "" || category.trim() === ""}
      isPending={edit.isPending}
      error={edit.error}
      onConfirm={(reason) =>
        edit.mutate({
          roomId,
          title,
          category: topicOf(category.trim()),
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
      <Autocomplete
        label={t("category")}
        required
        data={CATEGORIES.map(name)}
        maxLength={CATEGORY_MAX}
        value={category}
        onChange={setCategory}
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
