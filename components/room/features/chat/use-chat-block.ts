"use client";

import { useTranslations } from "next-intl";
import type { RoomDetail } from "@/domain/contracts/room";
import { isForGood } from "../../../lib/format";
import { useLocaleFormats } from "../../../lib/use-locale-formats";
import type { RoomUser } from "../../session/use-room-session";

/** Why the person may not write, in words; null when they may. */
export function useChatBlock(
  room: RoomDetail,
  me: RoomUser | null,
): { text: string | null; signIn: boolean } {
  const t = useTranslations("chat");
  const formats = useLocaleFormats();
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
  return { text: null, signIn: false };
}
