"use client";

import { Switch, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { ChatWordsView } from "@/domain/contracts/chat-words";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";
import { WORD_LISTS } from "./word-lists";

type WordList = (typeof WORD_LISTS)[number];

/** One word a line; empty lines and repetitions count for nothing. */
function readLines(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ""))];
}

/** Changes the lists, for a reason. */
export function WordsDialog({ words, onClose }: { words: ChatWordsView; onClose: () => void }) {
  const t = useTranslations("adminWords");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [usesStarter, setUsesStarter] = useState(words.usesStarter);
  const [texts, setTexts] = useState<Record<WordList, string>>(() => ({
    refuse: words.refuse.join("\n"),
    author: words.author.join("\n"),
    hold: words.hold.join("\n"),
    allow: words.allow.join("\n"),
  }));
  const save = useMutation(
    trpc.chat.setWords.mutationOptions({
      onSuccess: (saved) => {
        queryClient.setQueryData(trpc.chat.words.queryKey(), saved);
        void queryClient.invalidateQueries({ queryKey: trpc.chat.tryWords.queryKey() });
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      title={t("lists")}
      confirm={t("save")}
      isPending={save.isPending}
      error={save.error}
      onConfirm={(reason) =>
        save.mutate({
          usesStarter,
          refuse: readLines(texts.refuse),
          author: readLines(texts.author),
          hold: readLines(texts.hold),
          allow: readLines(texts.allow),
          reason,
        })
      }
      onClose={onClose}
    >
      <Switch
        label={t("usesStarter")}
        description={t("usesStarterHint")}
        checked={usesStarter}
        onChange={(event) => setUsesStarter(event.currentTarget.checked)}
        data-testid="words-starter"
      />
      {WORD_LISTS.map((list) => (
        <Textarea
          key={list}
          label={t(`${list}.title`)}
          description={list === "refuse" ? t("onePerLine") : undefined}
          autosize
          minRows={2}
          maxRows={8}
          value={texts[list]}
          onChange={(event) => {
            const { value } = event.currentTarget;
            setTexts((before) => ({ ...before, [list]: value }));
          }}
          data-testid={`words-${list}`}
        />
      ))}
    </ReasonDialog>
  );
}
