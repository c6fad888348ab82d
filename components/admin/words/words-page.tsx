"use client";

import { Badge, Group, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ChatWordsView } from "@/domain/contracts/chat-words";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { ErrorPanel } from "../../ui/state-panel";
import classes from "../admin.module.css";
import { PolicyCard } from "../policy-card";
import { TryWords } from "./try-words";
import { WORD_LISTS } from "./word-lists";

const WordsDialog = lazyPart(() => import("./words-dialog").then((m) => m.WordsDialog));

/** More of a list are in the dialog. */
const SHOWN_MAX = 40;

/** Which words messages in chats may not have, what becomes of those that have them, and a place to try a sentence. */
export function WordsPage() {
  const t = useTranslations("admin");
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.chat.words.queryOptions());
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("words")}</h1>
        <p className={classes.hint}>{t("wordsText")}</p>
      </div>
      {error && !data ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      {data ? <WordsCard words={data} /> : <Skeleton height={260} radius="lg" />}
      <TryWords />
    </>
  );
}

function WordsCard({ words }: { words: ChatWordsView }) {
  const t = useTranslations("adminWords");
  return (
    <PolicyCard
      testId="chat-words"
      title={t("lists")}
      text={words.usesStarter ? t("starterOn") : t("starterOff")}
      change={t("change")}
      renderDialog={(onClose) => <WordsDialog words={words} onClose={onClose} />}
    >
      {WORD_LISTS.map((list) => {
        const more = words[list].length - SHOWN_MAX;
        return (
          <section key={list} data-testid={`chat-words-${list}`}>
            <h3 className={classes.tileLabel}>{t(`${list}.title`)}</h3>
            <p className={classes.hint}>
              {t(`${list}.text`)}
              {words.usesStarter ? ` ${t("starterCount", { count: words.starterCounts[list] })}` : ""}
            </p>
            <Group gap={6} mt={6}>
              {words[list].slice(0, SHOWN_MAX).map((word) => (
                <Badge key={word} variant="default" tt="none">
                  <bdi>{word}</bdi>
                </Badge>
              ))}
              {more > 0 ? <span className={classes.hint}>{t("more", { count: more })}</span> : null}
              {words[list].length === 0 ? <span className={classes.hint}>{t("noneOfOwn")}</span> : null}
            </Group>
          </section>
        );
      })}
    </PolicyCard>
  );
}
