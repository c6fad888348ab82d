import type { Role } from "@/domain/contracts/ids";
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
}

/** Who the caller is; null when nobody is signed in. */
export function getMe(ctx: Ctx): Me | null {
  const { session } = ctx;
  if (!session) return null;
  const { userId, nickname, avatarUrl, givesAnonymously = false, role, signingKey } = session;
  return { userId, nickname, avatarUrl, givesAnonymously, role, signingKey: signingKey?.text };
}
