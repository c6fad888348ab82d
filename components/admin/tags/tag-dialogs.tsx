"use client";

import { Autocomplete, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { TagItem } from "@/domain/contracts/tag";
import { TAG_LENGTH_MAX, tagSlugOf } from "@/domain/rules/tags";
import { readApiError } from "../../lib/api-error";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";

const PAUSE_MS = 250;
const KIND_MAX = 30;

interface TagDialogProps {
  tag: TagItem;
  onClose: () => void;
}

function useChanged(onClose: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: trpc.tag.pathKey() });
      onClose();
    },
  };
}

/** Writes a tag in another way, or sorts it into a kind. */
export function TagDialog({ tag, onClose }: TagDialogProps) {
  const t = useTranslations("adminTags");
  const trpc = useTRPC();
  const [label, setLabel] = useState(tag.label);
  const [kind, setKind] = useState(tag.kind ?? "");
  const update = useMutation(trpc.tag.update.mutationOptions(useChanged(onClose)));
  const isTaken = update.error !== null && readApiError(update.error).details.field === "label";
  return (
    <ReasonDialog
      title={t("changeTitle", { tag: tag.label })}
      confirm={t("save")}
      isBlocked={tagSlugOf(label) === ""}
      isPending={update.isPending}
      error={isTaken ? null : update.error}
      onConfirm={(reason) => update.mutate({ tag: tag.slug, label, kind: kind.trim() || null, reason })}
      onClose={onClose}
    >
      <TextInput
        label={t("label")}
        description={t("labelText")}
        required
        maxLength={TAG_LENGTH_MAX}
        value={label}
        error={isTaken ? t("taken") : undefined}
        onChange={(event) => {
          update.reset();
          setLabel(event.currentTarget.value);
        }}
        data-testid="tag-label"
      />
      <TextInput
        label={t("kind")}
        description={t("kindText")}
        maxLength={KIND_MAX}
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value)}
        data-testid="tag-kind"
      />
    </ReasonDialog>
  );
}

/** Two words for the same become one. */
export function MergeTagDialog({ tag, onClose }: TagDialogProps) {
  const t = useTranslations("adminTags");
  const trpc = useTRPC();
  const [into, setInto] = useState("");
  const [text] = useDebouncedValue(into, PAUSE_MS);
  const found = useQuery(trpc.tag.search.queryOptions({ text }, { placeholderData: keepPreviousData }));
  const merge = useMutation(trpc.tag.merge.mutationOptions(useChanged(onClose)));
  const field = merge.error ? readApiError(merge.error).details.field : undefined;
  const isUnknown = field === "intoTag";
  const others = found.data?.items.filter(({ slug }) => slug !== tag.slug) ?? [];
  return (
    <ReasonDialog
      title={t("mergeTitle", { tag: tag.label })}
      confirm={t("merge")}
      danger
      isBlocked={tagSlugOf(into) === "" || tagSlugOf(into) === tag.slug}
      isPending={merge.isPending}
      error={isUnknown ? null : merge.error}
      onConfirm={(reason) => merge.mutate({ fromTag: tag.slug, intoTag: into, reason })}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>{t("mergeText", { rooms: tag.rooms, people: tag.people })}</p>
      <Autocomplete
        label={t("into")}
        required
        data={others.map(({ slug }) => slug)}
        filter={({ options }) => options}
        maxLength={TAG_LENGTH_MAX}
        value={into}
        error={isUnknown ? t("unknown") : undefined}
        onChange={(value) => {
          merge.reset();
          setInto(value);
        }}
        data-testid="tag-into"
      />
    </ReasonDialog>
  );
}
