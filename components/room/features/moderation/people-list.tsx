"use client";

import { Badge, Button, Skeleton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import { useTRPC } from "../../../lib/trpc";
import { useLocaleFormats } from "../../../lib/use-locale-formats";
import type { ModerationTarget } from "./powers";
import classes from "./restricted-list.module.css";

const REFRESH_MS = 10_000;
const NAME_MAX = 40;

interface PeopleListProps {
  roomId: string;
  onPick: (target: ModerationTarget) => void;
}

/** Who is in the room, so that also somebody who says nothing can be found. */
export function PeopleList({ roomId, onPick }: PeopleListProps) {
  const t = useTranslations("moderation");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const [typed, setTyped] = useState("");
  const text = useDeferredValue(typed.trim());
  const people = useInfiniteQuery(
    trpc.room.people.infiniteQueryOptions(
      { roomId, text: text || undefined },
      {
        getNextPageParam: (page) => page.nextCursor ?? undefined,
        refetchInterval: REFRESH_MS,
        placeholderData: keepPreviousData,
      },
    ),
  );
  const items = people.data?.pages.flatMap((page) => page.items) ?? [];
  const guests = people.data?.pages[0]?.guests ?? 0;
  return (
    <>
      <TextInput
        aria-label={t("findPerson")}
        placeholder={t("findPerson")}
        leftSection={<IconSearch size={16} aria-hidden />}
        maxLength={NAME_MAX}
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-testid="people-search"
      />
      {people.isPending ? <Skeleton height={44} /> : null}
      <ul className={classes.list} data-testid="people-list">
        {items.map(({ userId, nickname, role, isModerator, since }) => (
          <li key={userId} className={classes.row} data-testid="people-row">
            <span className={classes.words}>
              <bdi className={classes.name}>{nickname}</bdi>
              <span className={classes.terms}>{t("hereSince", { since: formats.clock(since) })}</span>
            </span>
            {isModerator ? <Badge variant="light">{t("moderator")}</Badge> : null}
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t("doAbout", { name: nickname })}
              data-testid="people-pick"
              onClick={() => onPick({ sender: { userId, nickname, role } })}
            >
              {t("choose")}
            </Button>
          </li>
        ))}
      </ul>
      {people.data && items.length === 0 ? (
        <p className={classes.empty}>{t(text ? "nobodyFound" : "nobodyHere")}</p>
      ) : null}
      {people.hasNextPage ? (
        <Button
          variant="default"
          size="compact-sm"
          loading={people.isFetchingNextPage}
          onClick={() => void people.fetchNextPage()}
        >
          {t("morePeople")}
        </Button>
      ) : null}
      {guests > 0 ? <p className={classes.empty}>{t("guestsHere", { count: guests })}</p> : null}
    </>
  );
}
