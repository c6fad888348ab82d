"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { RoomDetail } from "@/domain/contracts/room";
import { isForGood } from "../../../lib/format";
import { useTRPC } from "../../../lib/trpc";
import { useLocaleFormats } from "../../../lib/use-locale-formats";
import type { RoomUser } from "../../session/use-room-session";

const FOLLOW_STALE_MS = 30_000;

/** Why the person may not write, in words; null when they may. */
export function useChatBlock(
  room: RoomDetail,
  me: RoomUser | null,
  isModerator: boolean,
): { text: string | null; signIn: boolean } {
  const t = useTranslations("chat");
  const formats = useLocaleFormats();
  const trpc = useTRPC();
  const isForFollowers = room.settings.followersOnlyMinutes !== null && !isModerator;
  // The room's heading asks for it anyhow.
  const { data: follow } = useQuery(
    trpc.follow.get.queryOptions(
      { anchorId: room.anchor.userId },
      { staleTime: FOLLOW_STALE_MS, enabled: isForFollowers && me !== null },
    ),
  );
  const { mutedUntil, muteReason, guestsMayChat } = room.restrictions;
  if (!room.isLive) return { text: t("whenLive"), signIn: false };
  if (me === null) return { text: t("signInToChat"), signIn: true };
  if (mutedUntil) {
    const text = isForGood(mutedUntil)
      ? t("mutedForGood")
      : t("mutedUntil", { until: formats.dateTime(mutedUntil) });
    return { text: muteReason ? `${text} ${t("reason", { reason: muteReason })}` : text, signIn: false };
  }
  if (me.role === "guest" && !guestsMayChat) return { text: t("guestsMayNot"), signIn: true };
  if (isForFollowers && follow?.following === false) {
    return { text: t("followersOnly"), signIn: me.role === "guest" };
  }
  return { text: null, signIn: false };
}
