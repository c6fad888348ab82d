"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { FollowedAnchor } from "@/domain/contracts/follow";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { PagedList } from "../ui/paged-list";
import { PersonAvatar } from "../ui/person-avatar";
import classes from "./followed-list.module.css";
import { useFollow } from "./use-follow";
import { useFollowLabel } from "./use-follow-label";

/** Whom I follow, who is live first. */
export function FollowedList() {
  const t = useTranslations("follow");
  const trpc = useTRPC();
  const query = useInfiniteQuery(
    trpc.follow.list.infiniteQueryOptions({}, { getNextPageParam: (page) => page.nextCursor ?? undefined }),
  );
  return (
    <PagedList query={query} loading={t("loading")} empty={<p className={classes.empty}>{t("empty")}</p>}>
      {(items: readonly FollowedAnchor[]) => (
        <ul className={classes.list} data-testid="followed">
          {items.map((item) => (
            <FollowedRow key={item.anchor.userId} item={item} />
          ))}
        </ul>
      )}
    </PagedList>
  );
}

function FollowedRow({ item: { anchor, room, followedAt, followers } }: { item: FollowedAnchor }) {
  const t = useTranslations("follow");
  const formats = useLocaleFormats();
  const listed = { following: true, followers };
  const { follow = listed, setFollowing } = useFollow(anchor.userId, listed);
  const isFollowing = follow.following;
  const label = useFollowLabel(anchor.nickname, follow);
  return (
    <li className={classes.row} data-testid="followed-row">
      <PersonAvatar {...anchor} size={44} />
      <div className={classes.words}>
        {room ? (
          <Link href={`/room/${room.roomId}`} className={classes.name}>
            <bdi>{anchor.nickname}</bdi>
          </Link>
        ) : (
          <bdi className={classes.name}>{anchor.nickname}</bdi>
        )}
        <span className={classes.state}>
          {room?.isLive ? (
            <>
              <span className={classes.live}>{t("live")}</span> <bdi>{room.title}</bdi>
            </>
          ) : (
            t("since", { at: formats.dateTime(followedAt) })
          )}
        </span>
      </div>
      <Button
        size="compact-md"
        variant={isFollowing ? "default" : "filled"}
        aria-pressed={isFollowing}
        aria-label={label}
        onClick={() => setFollowing(!isFollowing)}
      >
        {t(isFollowing ? "following" : "follow")}
      </Button>
    </li>
  );
}
