"use client";

import { Button } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { DeadLetter } from "@/domain/contracts/dead-letters";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { PagedList } from "../../ui/paged-list";
import { StatePanel } from "../../ui/state-panel";
import { ItemCard, ItemCards } from "../item-card";
import item from "../item-card.module.css";
import type { DeadLetterFilter } from "./dead-letter-filter";
import classes from "./dead-letters.module.css";
import { RequeueShown } from "./requeue-shown";

const REFRESH_MS = 5_000;

interface DeadLetterListProps {
  filter: DeadLetterFilter;
  shownId: string | null;
  onShow: (deadLetterId: string) => void;
}

/** Newest first. */
export function DeadLetterList({ filter, shownId, onShow }: DeadLetterListProps) {
  const t = useTranslations("admin.deadLetters");
  const trpc = useTRPC();
  const letters = useInfiniteQuery(
    trpc.ops.deadLetters.infiniteQueryOptions(filter, {
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: keepPreviousData,
      refetchInterval: REFRESH_MS,
    }),
  );
  return (
    <>
      <RequeueShown letters={letters.data?.pages.flatMap(({ items }) => items) ?? []} />
      <PagedList
        query={letters}
        loading={t("loading")}
        empty={
          <StatePanel
            title={t(filter.status === "open" ? "noneOpen" : "none")}
            headingLevel={2}
            testId="dead-letters-empty"
          />
        }
      >
        {(items: readonly DeadLetter[]) => (
          <ItemCards testId="dead-letters">
            {items.map((letter) => (
              <DeadLetterItem
                key={letter.deadLetterId}
                letter={letter}
                isShown={letter.deadLetterId === shownId}
                onShow={() => onShow(letter.deadLetterId)}
              />
            ))}
          </ItemCards>
        )}
      </PagedList>
    </>
  );
}

interface DeadLetterItemProps {
  letter: DeadLetter;
  isShown: boolean;
  onShow: () => void;
}

function DeadLetterItem({ letter, isShown, onShow }: DeadLetterItemProps) {
  const t = useTranslations("admin.deadLetters");
  const formats = useLocaleFormats();
  const who = letter.userName ?? letter.userId?.slice(0, 8);
  return (
    <ItemCard
      tone={letter.status === "open" ? "bad" : "calm"}
      title={
        <>
          {t(`kinds.${letter.kind}`)}{" "}
          <span className={classes.badge} data-status={letter.status}>
            {t(`statuses.${letter.status}`)}
          </span>
        </>
      }
      aside={
        <time className={`${item.dim} numeric`} dateTime={letter.createdAt}>
          {formats.fullDateTime(letter.createdAt)}
        </time>
      }
      foot={
        <span className={`${item.dim} numeric`}>
          {who ?? t("kinds.unreadable")}
          {letter.coins === null ? null : ` · ${t("coins")}: ${formats.coins(letter.coins)}`}
        </span>
      }
      actions={
        <Button
          size="compact-sm"
          variant="default"
          aria-expanded={isShown}
          onClick={onShow}
          data-testid="show-dead-letter"
        >
          {t("show")}
        </Button>
      }
      itemProps={{
        "data-testid": "dead-letter",
        "data-dead-letter-id": letter.deadLetterId,
        "data-status": letter.status,
      }}
    >
      <p className={item.line}>{letter.reason}</p>
    </ItemCard>
  );
}
