import { useTranslations } from "next-intl";
import type { Follow } from "@/domain/contracts/follow";

/** What the button that follows somebody, or stops, says to who does not see it: whom, and how many do already. */
export function useFollowLabel(nickname: string, follow: Follow): string {
  const t = useTranslations("follow");
  const facts = { name: nickname, count: follow.followers };
  return t(follow.following ? "unfollowLabel" : "followLabel", facts);
}
