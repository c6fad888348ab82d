import { createHmac } from "node:crypto";
import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { COOKIE_PREFIX } from "@/server/auth/cookie-prefix";
import { SigningKey } from "@/server/auth/signing-key";
import type { Signer } from "./signing";

/** The id of the viewer with this number. */
export function crowdId(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

const HOUR_MS = 3_600_000;
const tokenOf = (userId: string) => userId.replaceAll("-", "");

/**
 * People of a crowd with their sessions, which their cookies name: a process that may have missed the end of one asks the
 * database. Who is there already gets a session only.
 */
export async function signInCrowd({ sql }: LiveDb, userIds: readonly string[]): Promise<void> {
  const ids = arrayLiteral(userIds);
  await sql`
    INSERT INTO users (id, name, email, email_verified, is_anonymous, role, created_at, updated_at)
    SELECT id, 'crowd', id || '@users.invalid', false, false, 'viewer', now(), now()
    FROM unnest(${ids}::uuid[]) AS crowd (id) ON CONFLICT DO NOTHING`;
  await sql`
    INSERT INTO auth_sessions (id, token, user_id, expires_at, created_at, updated_at)
    SELECT id, token, id, now() + interval '1 day', now(), now()
    FROM unnest(${ids}::uuid[], ${arrayLiteral(userIds.map(tokenOf))}::text[]) AS crowd (id, token)
    ON CONFLICT DO NOTHING`;
}

/**
 * Cookies of a viewer who has just signed in, as the sign-in library signs them (better-auth's compact cookie cache): a crowd
 * of hundreds of thousands cannot each ask for a one-time code. The web process checks them as it checks anybody's.
 */
function crowdCookie(userId: string, authSecret: string, nowMs = Date.now()): string {
  const expiresAt = nowMs + HOUR_MS;
  const token = tokenOf(userId);
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
  const sign = (text: string) => createHmac("sha256", authSecret).update(text);
  const signature = sign(JSON.stringify({ ...sessionData, expiresAt })).digest("base64url");
  const signedToken = encodeURIComponent(`${token}.${sign(token).digest("base64")}`);
  const data = Buffer.from(JSON.stringify({ session: sessionData, expiresAt, signature })).toString(
    "base64url",
  );
  return `${COOKIE_PREFIX}.session_token=${signedToken}; ${COOKIE_PREFIX}.session_data=${data}`;
}

/** The same with the key that goes with them, as the product makes it. */
export function crowdSigner(userId: string, authSecret: string, nowMs = Date.now()): Signer {
  const cookie = crowdCookie(userId, authSecret, nowMs);
  return { cookie, signingKey: new SigningKey(authSecret, tokenOf(userId)).text };
}
