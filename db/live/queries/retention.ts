import type { LiveDb } from "@/db/client";

/** Rows that one statement removes at most: it is over in a moment, and nobody waits for it. */
export const REMOVED_AT_ONCE = 500;

/** Removes codes that ran out before an instant. Returns how many; fewer than asked for means that none is left. */
export async function removeExpiredCodes({ sql }: LiveDb, before: Date): Promise<number> {
  const { count } = await sql`
    DELETE FROM auth_verifications WHERE id IN (SELECT id FROM auth_verifications WHERE expires_at < ${before}
      ORDER BY expires_at LIMIT ${REMOVED_AT_ONCE} FOR UPDATE SKIP LOCKED)`;
  return count;
}

/** The same with chat messages; guests who left nothing else behind go after them. */
export async function removeOldChat({ sql }: LiveDb, before: Date): Promise<number> {
  const { count } = await sql`
    DELETE FROM chat_messages WHERE (message_id, sender_id) IN (
      SELECT message_id, sender_id FROM chat_messages WHERE created_at < ${before}
      ORDER BY created_at LIMIT ${REMOVED_AT_ONCE} FOR UPDATE SKIP LOCKED)`;
  return count;
}

/** The same with payment callbacks, which are kept to know repeated ones by: those are refused for their time long before. */
export async function removeOldCallbacks({ sql }: LiveDb, before: Date): Promise<number> {
  const { count } = await sql`
    DELETE FROM payment_callbacks WHERE (provider, nonce) IN (
      SELECT provider, nonce FROM payment_callbacks WHERE received_at < ${before}
      ORDER BY received_at LIMIT ${REMOVED_AT_ONCE} FOR UPDATE SKIP LOCKED)`;
  return count;
}

/** The same with sessions. When a guest was last here stays known, for that is what guests go by. */
export async function removeExpiredSessions({ sql }: LiveDb, before: Date): Promise<number> {
  const [row] = await sql<{ removed: number }[]>`
    WITH gone AS (
      DELETE FROM auth_sessions WHERE id IN (SELECT id FROM auth_sessions WHERE expires_at < ${before}
        ORDER BY expires_at LIMIT ${REMOVED_AT_ONCE} FOR UPDATE SKIP LOCKED)
      RETURNING user_id, updated_at),
    seen AS (
      UPDATE users u SET updated_at = g.updated_at
      FROM (SELECT user_id, max(updated_at) AS updated_at FROM gone GROUP BY user_id) g
      WHERE u.id = g.user_id AND u.is_anonymous AND u.updated_at < g.updated_at)
    SELECT count(*)::int AS removed FROM gone`;
  return row?.removed ?? 0;
}

/**
 * Removes guests who were not here since an instant, are signed in nowhere and left nothing behind: no wallet, no chat, no
 * restriction, no deed. Whoever has a phone number or another role is no guest. Looks at one page of them, in order of ids
 * after one; returns the last of the page, or null when it was the last.
 */
export async function removeGuestsWithoutTrace(
  { sql }: LiveDb,
  input: { before: Date; afterId: string },
): Promise<{ removed: number; lastId: string | null }> {
  const page = await sql<{ id: string }[]>`
    SELECT id FROM users WHERE is_anonymous AND phone_index IS NULL AND role = 'guest' AND updated_at < ${input.before}
      AND id > ${input.afterId} ORDER BY id LIMIT ${REMOVED_AT_ONCE}`;
  if (page.length === 0) return { removed: 0, lastId: null };
  const ids = page.map(({ id }) => id);
  const { count } = await sql`
    DELETE FROM users u WHERE u.id = ANY(${ids}::uuid[])
      AND u.is_anonymous AND u.phone_index IS NULL AND u.role = 'guest' AND u.updated_at < ${input.before}
      AND NOT EXISTS (SELECT 1 FROM auth_sessions s WHERE s.user_id = u.id)
      AND NOT EXISTS (SELECT 1 FROM ledger_accounts a WHERE a.id = u.id)
      AND NOT EXISTS (SELECT 1 FROM room_restrictions r WHERE r.user_id = u.id)
      AND NOT EXISTS (SELECT 1 FROM account_restrictions r WHERE r.user_id = u.id)
      AND NOT EXISTS (SELECT 1 FROM operator_actions o WHERE o.actor_id = u.id OR o.subject = 'user:' || u.id)
      AND NOT EXISTS (SELECT 1 FROM phone_changes p WHERE p.user_id = u.id)
      AND NOT EXISTS (SELECT 1 FROM rooms r WHERE r.anchor_id = u.id)
      AND u.id NOT IN (SELECT c.sender_id FROM chat_messages c WHERE c.sender_id = ANY(${ids}::uuid[]))`;
  return { removed: count, lastId: ids.at(-1) ?? null };
}
