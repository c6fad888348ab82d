import { z } from "zod";

/**
 * The session that a signature was given to, under `push_session` in what it covers (`channel_data`, `user_data`). An
 * extension of ours: the official libraries pass it through, and an app that names none is served as ever.
 */
const SessionClaim = z.object({
  id: z.string().min(1).max(128),
  /** Seconds since 1970, here and below: after it the signature is worth nothing. */
  use_by: z.number(),
  /** When the session ends by itself, and the socket with it. */
  ends_at: z.number().optional(),
});
export type SessionClaim = z.infer<typeof SessionClaim>;

const Claiming = z.object({ push_session: SessionClaim.optional() });

/** Undefined where no session is named. `"malformed"` for one that is not understood, which must not be let in by that. */
export function readSessionClaim(signedJson: string): SessionClaim | undefined | "malformed" {
  // Most say nothing of a session, and some are no JSON.
  if (!signedJson.includes("push_session")) return undefined;
  try {
    return Claiming.parse(JSON.parse(signedJson)).push_session;
  } catch {
    return "malformed";
  }
}

/** What ended: these sessions, and all that these users have. */
export interface EndedSessions {
  sessionIds: readonly string[];
  userIds: readonly string[];
}

interface SessionFault {
  status: 401 | 408;
  error: string;
}

/** Why what was signed for a session is worth nothing now, as a status and a sentence; `hasEnded` when it is known to have. */
export function findSessionFault(
  { use_by, ends_at = Number.POSITIVE_INFINITY }: SessionClaim,
  hasEnded: boolean,
  nowMs: number,
): SessionFault | undefined {
  if (hasEnded || nowMs >= ends_at * 1_000) {
    return { status: 401, error: "The session that this was signed for has ended" };
  }
  // Not 401: the client may just have been slow, and is to ask once more.
  if (nowMs >= use_by * 1_000) return { status: 408, error: "This signature is past its time" };
  return undefined;
}
