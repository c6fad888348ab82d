"use client";

import { Button } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { DeadLetter, DeadLetterKind, DeadLetterStatus } from "@/server/contracts/dead-letters";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel, StatePanel } from "../../ui/state-panel";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "./dead-letters.module.css";

const REFRESH_MS = 5_000;

export interface DeadLetterFilter {
  kind?: DeadLetterKind;
  status?: DeadLetterStatus;
}

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
  const items = letters.data?.pages.flatMap((page) => page.items) ?? [];
  if (letters.isPending) return <ListSkeleton label={t("loading")} />;
  if (letters.isError && items.length === 0) {
    return <ErrorPanel error={letters.error} onRetry={() => void letters.refetch()} />;
  }
  if (items.length === 0) {
    const title = t(filter.status === "open" ? "noneOpen" : "none");
    return <StatePanel title={title} headingLevel={2} testId="dead-letters-empty" />;
  }
  return (
    <>
      <ul className={classes.list} data-testid="dead-letters">
        {items.map((letter) => (
          <DeadLetterItem
            key={letter.deadLetterId}
            letter={letter}
            isShown={letter.deadLetterId === shownId}
            onShow={() => onShow(letter.deadLetterId)}
          />
        ))}
      </ul>
      {letters.hasNextPage ? (
        <div>
          <Button
            variant="default"
            loading={letters.isFetchingNextPage}
            onClick={() => void letters.fetchNextPage()}
          >
            {t("loadMore")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function DeadLetterItem({
  letter,
  isShown,
  onShow,
}: {
  letter: DeadLetter;
  isShown: boolean;
  onShow: () => void;
}) {
  const t = useTranslations("admin.deadLetters");
  const formats = useLocaleFormats();
  const who = letter.userName ?? letter.userId?.slice(0, 8);
  return (
    <li
      className={classes.letter}
      data-testid="dead-letter"
      data-dead-letter-id={letter.deadLetterId}
      data-status={letter.status}
    >
      <div className={classes.row}>
        <h2 className={classes.name}>
          {t(`kinds.${letter.kind}`)}{" "}
          <span className={classes.badge} data-status={letter.status}>
            {t(`statuses.${letter.status}`)}
          </span>
        </h2>
        <time className={`${classes.dim} numeric`} dateTime={letter.createdAt}>
          {formats.fullDateTime(letter.createdAt)}
        </time>
      </div>
      <p className={classes.reason}>{letter.reason}</p>
      <div className={classes.row}>
        <span className={`${classes.dim} numeric`}>
          {who ?? t("kinds.unreadable")}
          {letter.coins === null ? null : ` · ${t("coins")}: ${formats.coins(letter.coins)}`}
        </span>
        <Button
          size="compact-sm"
          variant="default"
          aria-expanded={isShown}
          onClick={onShow}
          data-testid="show-dead-letter"
        >
          {t("show")}
        </Button>
      </div>
    </li>
  );
}
