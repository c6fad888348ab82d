"use client";

import { IconSearch, IconX } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useMemo, useState } from "react";
import { topicName, topicOf } from "@/domain/rules/topics";
import { useSession } from "../lib/session";
import { useTRPC } from "../lib/trpc";
import { ActionButton } from "../ui/action";
import { ErrorPanel, StatePanel } from "../ui/state-panel";
import { CategoryChoice } from "./category-choice";
import { LOBBY_SORTS, lobbyInput, SEARCH_LENGTH_MAX } from "./lobby-filter";
import classes from "./lobby-page.module.css";
import { RoomCardLink, RoomCardSkeleton } from "./room-card";
import { useLobbyFilter } from "./use-lobby-filter";

const REFRESH_MS = 15_000;
const TAGS_SHOWN_MAX = 12;
const SKELETONS = 8;
/** From this many rooms on, the first one is shown large. */
const FEATURE_FROM_ROOMS = 3;

const toAccount = (words: ReactNode) => <Link href="/account">{words}</Link>;

/** The live rooms, in the visitor's own order or as the address says, by tag or by search. */
export function LobbyPage() {
  const t = useTranslations("lobby");
  const trpc = useTRPC();
  const locale = useLocale();
  const { filter, typed, type, choose } = useLobbyFilter();
  const { search, tag, category } = filter;
  const { me } = useSession();
  // Of somebody without an account nothing is known: the order for them is the one by viewers.
  const isMember = me ? me.role !== "guest" : false;
  const sort = !isMember && filter.sort === "forYou" ? "viewers" : filter.sort;
  const rooms = useInfiniteQuery(
    trpc.room.list.infiniteQueryOptions(lobbyInput(filter), {
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      refetchInterval: REFRESH_MS,
      placeholderData: keepPreviousData,
    }),
  );
  // A room may move to another page between two reads; it is still one room.
  const items = useMemo(() => {
    const all = rooms.data?.pages.flatMap((page) => page.items) ?? [];
    return [...new Map(all.map((room) => [room.roomId, room])).values()];
  }, [rooms.data]);
  const first = rooms.data?.pages[0];
  const tags = useTagChoices(items, tag);
  const filtered = search !== "" || tag !== null || category !== null;

  function body() {
    if (rooms.isPending) {
      return (
        <div className={classes.grid} role="status" aria-label={t("loading")}>
          {Array.from({ length: SKELETONS }, (_, i) => (
            <RoomCardSkeleton key={i} />
          ))}
        </div>
      );
    }
    if (rooms.isError && items.length === 0)
      return <ErrorPanel error={rooms.error} onRetry={() => void rooms.refetch()} />;
    if (items.length === 0) {
      return filtered ? (
        <StatePanel
          title={t("nothingFound")}
          testId="lobby-nothing-found"
          action={
            <ActionButton look="quiet" onClick={() => choose({ search: "", tag: null, category: null })}>
              {t("showAll")}
            </ActionButton>
          }
        >
          {t("nothingFoundText")}
        </StatePanel>
      ) : (
        <StatePanel
          title={t("empty")}
          testId="lobby-empty"
          action={
            <ActionButton look="quiet" disabled={rooms.isRefetching} onClick={() => void rooms.refetch()}>
              {t("lookAgain")}
            </ActionButton>
          }
        >
          {t("emptyText")}
        </StatePanel>
      );
    }
    return (
      <>
        <ul
          className={classes.grid}
          data-featured={!filtered && items.length >= FEATURE_FROM_ROOMS}
          data-testid="room-list"
        >
          {items.map((room) => (
            <li key={room.roomId}>
              <RoomCardLink room={room} />
            </li>
          ))}
        </ul>
        {rooms.hasNextPage ? (
          <div className={classes.more}>
            <ActionButton
              look="quiet"
              disabled={rooms.isFetchingNextPage}
              onClick={() => void rooms.fetchNextPage()}
            >
              {t("more")}
            </ActionButton>
          </div>
        ) : null}
      </>
    );
  }

  return (
    <>
      <div className={classes.hero}>
        <div>
          <h1 className={classes.title}>{t("title")}</h1>
          <p className={classes.lead}>{t("lead")}</p>
        </div>
        <label className={classes.search}>
          <IconSearch size={19} aria-hidden />
          <input
            type="search"
            placeholder={t("searchPlaceholder")}
            aria-label={t("search")}
            value={typed}
            maxLength={SEARCH_LENGTH_MAX}
            data-testid="lobby-search"
            onChange={(event) => type(event.currentTarget.value)}
          />
        </label>
      </div>
      <div className={classes.filters}>
        <div className={classes.tags} role="group" aria-label={t("tags")}>
          <button
            type="button"
            className={classes.tag}
            aria-pressed={tag === null}
            onClick={() => choose({ tag: null })}
          >
            {t("allTags")}
          </button>
          {tags.map((choice) => (
            <button
              key={choice}
              type="button"
              className={classes.tag}
              aria-pressed={tag === choice}
              data-testid="lobby-tag"
              onClick={() => choose({ tag: tag === choice ? null : choice })}
            >
              {topicName(choice, locale)}
              {tag === choice ? <IconX size={14} aria-hidden /> : null}
            </button>
          ))}
        </div>
        <CategoryChoice category={category} onChoose={(chosen) => choose({ category: chosen })} />
        <div className={classes.sort} role="group" aria-label={t("sort")}>
          {LOBBY_SORTS.filter((choice) => isMember || choice !== "forYou").map((choice) => (
            <button
              key={choice}
              type="button"
              className={classes.sortChoice}
              aria-pressed={sort === choice}
              onClick={() => choose({ sort: choice })}
            >
              {t(`sortBy.${choice}`)}
            </button>
          ))}
        </div>
      </div>
      {first?.ownOrder === "off" || first?.ownOrder === "unknown" ? (
        <p className={classes.note} data-testid="lobby-note">
          {first.ownOrder === "off" ? t.rich("ownOrderOff", { account: toAccount }) : t("notKnownYet")}
        </p>
      ) : null}
      <section aria-label={t("rooms")} aria-busy={rooms.isFetching}>
        {body()}
      </section>
    </>
  );
}

/** The tags to offer: those of the unfiltered rooms, most common first; they stay while a filter is on. */
function useTagChoices(items: readonly { tags: string[] }[], tag: string | null): string[] {
  const [known, setKnown] = useState<string[]>([]);
  const fresh = useMemo(() => {
    const counts = new Map<string, number>();
    for (const name of items.flatMap((room) => room.tags.map(topicOf)))
      counts.set(name, (counts.get(name) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([name]) => name);
  }, [items]);
  const merged = useMemo(
    () =>
      [...new Set([...(tag === null ? [] : [...known, tag]), ...fresh, ...known])].slice(0, TAGS_SHOWN_MAX),
    [fresh, known, tag],
  );
  if (merged.length !== known.length || merged.some((name, i) => name !== known[i])) setKnown(merged);
  return merged;
}
