import { createHmac } from "node:crypto";
import { COOKIE_PREFIX } from "@/server/auth/cookie-prefix";

/** The id of the viewer with this number. */
export function crowdId(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

const HOUR_MS = 3_600_000;

/**
 * Cookies of a viewer who has just signed in, as the sign-in library signs them (better-auth's compact cookie cache): a crowd
 * of hundreds of thousands cannot each ask for a one-time code. The web process checks them as it checks anybody's.
 */
export function crowdCookie(userId: string, authSecret: string, nowMs = Date.now()): string {
  const expiresAt = nowMs + HOUR_MS;
  const token = userId.replaceAll("-", "");
  const at = new Date(nowMs).toISOString();
  const sessionData = {
    session: {
      id: userId,
      userId,
      token,
      expiresAt: new Date(expiresAt).toISOString(),
      createdAt: at,
      updatedAt: at,
    },
    user: {
      id: userId,
      name: "crowd",
      email: "crowd@example.org",
      emailVerified: false,
      createdAt: at,
      updatedAt: at,
      role: "viewer",
    },
    updatedAt: nowMs,
    version: "1",
  };
  const signature = createHmac("sha256", authSecret)
    .update(JSON.stringify({ ...sessionData, expiresAt }))
    .digest("base64url");
  const data = Buffer.from(JSON.stringify({ session: sessionData, expiresAt, signature })).toString(
    "base64url",
  );
  return `${COOKIE_PREFIX}.session_token=${token}.crowd; ${COOKIE_PREFIX}.session_data=${data}`;
}
