import type { Role } from "@/domain/contracts/ids";
import type { Ctx } from "../context";

export interface Me {
  userId: string;
  nickname: string;
  avatarUrl: string | null;
  /** How the gift panel's switch stands before it is touched. */
  givesAnonymously: boolean;
  role: Role;
}

/** Who the caller is; null when nobody is signed in. */
export function getMe(ctx: Ctx): Me | null {
  const { session } = ctx;
  if (!session) return null;
  const { userId, nickname, avatarUrl, givesAnonymously = false, role } = session;
  return { userId, nickname, avatarUrl, givesAnonymously, role };
}
