import type { LiveDb, Sql } from "@/db/client";
import { PLATFORM_ACTOR_ID } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { AccountRestrictionKind, AccountRestrictionSource } from "@/domain/contracts/people";
import { stopsOf } from "@/domain/rules/stops";
import { openWallets } from "../ledger/accounts";
import { lockPerson } from "./account-restrictions";
import { liftFreeze, placeFreeze } from "./freeze-wallet";

interface OpenRow {
  id: string;
  source: AccountRestrictionSource;
  lifted_by: string | null;
  lift_reason: string | null;
  trace_id: string;
  created_by: string;
  kind: AccountRestrictionKind;
  until: Date | null;
  reason: string;
  new_role: "viewer" | "operator" | null;
  applied_at: Date | null;
  stands: boolean;
}

/** What applying changed; what did not change is null, false or empty. */
export interface Applied {
  /** The person's room, if they ever had one. */
  roomId: string | null;
  closedSessionId: string | null;
  roomBan: "banned" | "unbanned" | null;
  endedRainIds: string[];
  walletChanged: boolean;
  roleChanged: boolean;
}

/**
 * Brings a person's sessions, room, rains, wallet and role to what their restrictions say now. It is worked out anew each
 * time, so that it may be repeated, and several restrictions, their ends and changes of role come to the same in any order.
 * A room is closed and never opened again by it.
 *
 * Lock order: the person, then their rains, then their room, then their wallet.
 */
export async function applyRestrictions(db: LiveDb, userId: string): Promise<Applied> {
  return await inTransaction(db.sql, (tx) => applyRestrictionsIn(tx, userId));
}

/** The same inside a transaction of the caller's that has locked nothing but the person. */
export async function applyRestrictionsIn(tx: Sql, userId: string): Promise<Applied> {
  const person = await lockPerson(tx, userId);
  const rows = await tx<OpenRow[]>`
    SELECT id, kind, source, until, reason, new_role, applied_at, created_by, trace_id, lifted_by, lift_reason, lifted_at IS NULL AND (until IS NULL OR until > now()) AS stands
    FROM account_restrictions WHERE user_id = ${userId} AND ended_at IS NULL ORDER BY created_at, id`;
  const standing = rows.filter((row) => row.stands);
  const stops = stopsOf(standing.map((row) => row.kind));
  const newRole = rows.findLast((row) => row.new_role !== null && row.applied_at === null)?.new_role;
  const role = newRole ?? person?.role;

  if (person) await writePerson(tx, userId, { role, bans: standing.filter((row) => row.kind === "signIn") });
  if (stops.signIn) await tx`DELETE FROM auth_sessions WHERE user_id = ${userId}`;
  const mayBeLive = role === "anchor" && !stops.room;
  const mayRain = mayBeLive && !stops.rains;
  const endedRainIds = mayRain ? [] : await endRains(tx, userId, { isBanned: stops.room, isOpen: mayBeLive });
  const room = await writeRoom(tx, userId, { mayBeLive, banned: stops.room });
  const walletChanged = await writeFreezes(tx, userId, rows, person !== undefined && !person.isGuest);
  await tx`
    UPDATE account_restrictions SET applied_at = now(), room_id = ${room.roomId},
      closed_session_id = ${room.closedSessionId}
    WHERE user_id = ${userId} AND ended_at IS NULL AND applied_at IS NULL`;
  return { ...room, endedRainIds, walletChanged, roleChanged: person !== undefined && role !== person.role };
}

async function writePerson(
  tx: Sql,
  userId: string,
  { role, bans }: { role: string | undefined; bans: readonly OpenRow[] },
): Promise<void> {
  const longest = bans.reduce<OpenRow | undefined>(
    (last, row) =>
      !last || (last.until !== null && (row.until === null || row.until > last.until)) ? row : last,
    undefined,
  );
  await tx`
    UPDATE users SET role = ${role ?? "viewer"}, banned = ${longest !== undefined},
      ban_reason = ${longest?.reason ?? null}, ban_expires = ${longest?.until?.toISOString() ?? null}, updated_at = now()
    WHERE id = ${userId} AND (role, banned IS TRUE, ban_reason, ban_expires) IS DISTINCT FROM
      (${role ?? "viewer"}::text, ${longest !== undefined}::boolean, ${longest?.reason ?? null}::text,
        ${longest?.until?.toISOString() ?? null}::timestamptz)`;
}

/** What is in escrow goes back by the workers, once, as at any end; what popped before that is the viewers'. */
async function endRains(
  tx: Sql,
  userId: string,
  { isBanned, isOpen }: { isBanned: boolean; isOpen: boolean },
): Promise<string[]> {
  // In order of id, as whoever credits claims takes them.
  await tx`
    SELECT 1 FROM rains WHERE anchor_id = ${userId} AND status IN ('created', 'preparing', 'ready', 'started')
    ORDER BY rain_id FOR UPDATE`;
  const rows = await tx<{ rain_id: string }[]>`
    UPDATE rains SET status = CASE WHEN prepared_at IS NULL THEN 'ended' ELSE 'ending' END,
      end_reason = CASE WHEN ${isBanned} THEN 'room_banned' WHEN status <> 'started' THEN 'cancelled'
        WHEN ${isOpen} THEN 'finished' ELSE 'room_closed' END,
      ending_at = now(), ended_at = CASE WHEN prepared_at IS NULL THEN now() END,
      announced_status = CASE WHEN prepared_at IS NULL THEN 'ended' ELSE announced_status END
    WHERE anchor_id = ${userId} AND status IN ('created', 'preparing', 'ready', 'started') RETURNING rain_id`;
  return rows.map((row) => row.rain_id);
}

async function writeRoom(
  tx: Sql,
  userId: string,
  { mayBeLive, banned }: { mayBeLive: boolean; banned: boolean },
): Promise<Pick<Applied, "roomId" | "closedSessionId" | "roomBan">> {
  const [room] = await tx<{ id: string; session_id: string | null; banned: boolean }[]>`
    SELECT id, current_session_id AS session_id, banned FROM rooms WHERE anchor_id = ${userId} FOR UPDATE`;
  if (!room) return { roomId: null, closedSessionId: null, roomBan: null };
  const closedSessionId = mayBeLive ? null : room.session_id;
  if (closedSessionId) {
    await tx`UPDATE room_sessions SET ended_at = now() WHERE id = ${closedSessionId} AND ended_at IS NULL`;
    await tx`
      UPDATE rooms SET current_session_id = NULL, live_since = NULL, updated_at = now() WHERE id = ${room.id}`;
  }
  if (room.banned === banned) return { roomId: room.id, closedSessionId, roomBan: null };
  await tx`UPDATE rooms SET banned = ${banned}, updated_at = now() WHERE id = ${room.id}`;
  return { roomId: room.id, closedSessionId, roomBan: banned ? "banned" : "unbanned" };
}

/**
 * Each restriction that stops spending is a reason of its own for which the wallet is frozen, beside an operator's and those
 * of payments. Freezing on the wallet's own page has placed its reason itself, an operator's, which goes with the restriction.
 * Somebody without a wallet gets a frozen one.
 */
async function writeFreezes(
  tx: Sql,
  userId: string,
  rows: readonly OpenRow[],
  mayOwn: boolean,
): Promise<boolean> {
  const freezing = rows.filter(
    (row) => row.stands && row.source !== "wallet" && stopsOf([row.kind]).spending,
  );
  if (freezing.length > 0 && mayOwn) await openWallets(tx, [userId]);
  const placed = await tx<{ subject: string }[]>`
    SELECT subject FROM wallet_freezes WHERE user_id = ${userId} AND source = 'restriction'`;
  const known = new Set(placed.map((row) => row.subject));
  let isChanged = false;
  for (const { id, reason, created_by, trace_id } of freezing) {
    if (known.delete(id)) continue;
    const act = { reason, actorId: created_by, traceId: trace_id };
    isChanged =
      (await placeFreeze(tx, { userId, source: "restriction", subject: id, ...act })) === true || isChanged;
  }
  for (const subject of known) {
    const row = rows.find(({ id }) => id === subject);
    await liftFreeze(tx, {
      userId,
      source: "restriction",
      subject,
      reason: row?.lift_reason ?? "The restriction has ended.",
      actorId: row?.lifted_by ?? PLATFORM_ACTOR_ID,
      traceId: row?.trace_id ?? "0".repeat(32),
    });
    isChanged = true;
  }
  const ofWallet = rows.filter((row) => row.source === "wallet");
  const lifted = ofWallet.findLast((row) => !row.stands);
  if (lifted && !ofWallet.some((row) => row.stands)) {
    const own = await liftFreeze(tx, {
      userId,
      source: "operator",
      subject: "",
      traceId: lifted.trace_id,
      reason: lifted.lift_reason ?? "The restriction has ended.",
      actorId: lifted.lifted_by ?? PLATFORM_ACTOR_ID,
    });
    isChanged = own === true || isChanged;
  }
  return isChanged;
}
