"use client";

import { IconCheck, IconPlus } from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useSession } from "../lib/session";
import classes from "./follow-button.module.css";
import { useFollow } from "./use-follow";
import { useFollowLabel } from "./use-follow-label";

const NOBODY_YET = { following: false, followers: 0 };

interface FollowButtonProps {
  anchor: { userId: string; nickname: string };
  /** Where to come back to from signing in. */
  path: string;
}

/** Follows the anchor, or stops: a button beside the name, on a phone a mark on the picture. Nothing in one's own room. */
export function FollowButton({ anchor, path }: FollowButtonProps) {
  const t = useTranslations("follow");
  const { me } = useSession();
  const { follow, setFollowing } = useFollow(anchor.userId);
  const label = useFollowLabel(anchor.nickname, follow ?? NOBODY_YET);
  if (me?.userId === anchor.userId) return null;
  const isFollowing = follow?.following ?? false;
  const Mark = isFollowing ? IconCheck : IconPlus;
  const face = (
    <>
      <span className={classes.mark} aria-hidden>
        <Mark size={14} stroke={3} />
      </span>
      {/* Both words hold the place, so that nothing moves when one takes the other's. */}
      <span className={classes.words} aria-hidden>
        <span data-shown={!isFollowing}>{t("follow")}</span>
        <span data-shown={isFollowing}>{t("following")}</span>
      </span>
    </>
  );
  if (me === null || me?.role === "guest") {
    return (
      <Link
        href={`/login?next=${encodeURIComponent(path)}`}
        className={classes.button}
        aria-label={label}
        title={label}
        data-testid="follow"
      >
        {face}
      </Link>
    );
  }
  return (
    <button
      type="button"
      className={classes.button}
      aria-label={label}
      aria-pressed={isFollowing}
      title={label}
      disabled={!me || !follow}
      data-testid="follow"
      onClick={() => setFollowing(!isFollowing)}
    >
      {face}
    </button>
  );
}
