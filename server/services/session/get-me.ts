import type { Role } from "@/domain/contracts/ids";
import type { PendingFactor } from "@/domain/contracts/second-factor";
import type { Ctx } from "../context";

export interface Me {
  userId: string;
  nickname: string;
  avatarUrl: string | null;
  /** How the gift panel's switch stands before it is touched. */
  givesAnonymously: boolean;
  role: Role;
  /** What the session's mutations are signed with; not in pages. */
  signingKey?: string;
  /** An operator who has yet to give, or to set up, the second factor. */
  pendingFactor?: PendingFactor;
}

/** Who the caller is; null when nobody is signed in. */
export function getMe(ctx: Ctx): Me | null {
  const { session } = ctx;
  if (!session) return null;
  const { userId, nickname, avatarUrl, givesAnonymously = false, role, signingKey, pendingFactor } = session;
  const pending = pendingFactor ? { pendingFactor } : {};
  return { userId, nickname, avatarUrl, givesAnonymously, role, signingKey: signingKey?.text, ...pending };
}
