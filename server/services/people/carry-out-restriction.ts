import { liftPayoutHold, placePayoutHold } from "@/db/finance/queries/payout-holds";
import {
  type AccountRestrictionRow,
  findAccountRestriction,
  markAnnounced,
  markEnded,
  markHeld,
} from "@/db/live/queries/account-restrictions";
import { type Applied, applyRestrictions } from "@/db/live/queries/apply-restrictions";
import { stopsOf } from "@/domain/rules/stops";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { NewRoomEvent } from "@/push/publisher/room-log";
import { sendSessionNotice } from "../../auth/session-notices";
import { hideWordsEverywhere } from "../chat/hide-words";
import type { Resources } from "../context";
import { askForRainWork } from "../rain/own-rain";
import { cutOffUser } from "../room/cut-off-user";
import { publishRoomEvents } from "../room/publish-room-events";
import { announceRoomChange } from "../room/room-state";
import { announceWallet } from "../wallet/announce-wallet";

export type StopCtx = Pick<Resources, "live" | "finance" | "redis" | "push" | "log"> & { traceId: string };

/**
 * Carries a decided restriction out: payouts are held first, so that whoever sees anything of it knows that; then it comes
 * into force in the live database, all at once; then everybody is told. Each step may be repeated and the next one taken
 * by another process: what dies on the way is finished by a job. Returns whether all of it is done.
 */
export async function carryOutRestriction(ctx: StopCtx, row: AccountRestrictionRow): Promise<boolean> {
  const isHeld = await tryStep(ctx, row, "holding payouts", () => holdPayouts(ctx, row));
  // With the finance database away nothing is paid either: the room and the wallet do not wait for it.
  const applied = await applyRestrictions(ctx.live, row.userId);
  const now = (await findAccountRestriction(ctx.live, row.id)) ?? row;
  const isTold = await tryStep(ctx, row, "telling of a restriction", async () => {
    await announceStop(ctx, now, applied);
    await markAnnounced(ctx.live, row.id);
  });
  return isHeld && isTold;
}

/** Lets go what an ended restriction had stopped, unless another one stops it still. A room stays closed. */
export async function carryOutEnd(ctx: StopCtx, row: AccountRestrictionRow): Promise<boolean> {
  const applied = await applyRestrictions(ctx.live, row.userId);
  return await tryStep(ctx, row, "undoing a restriction", async () => {
    await liftHold(ctx, row);
    await announceEnd(ctx, row, applied);
    await markEnded(ctx.live, row.id);
  });
}

/** Places the hold that belongs to a restriction; placing it again changes nothing. */
export async function holdPayouts(
  ctx: Pick<Resources, "live" | "finance">,
  row: AccountRestrictionRow,
): Promise<void> {
  if (row.heldAt !== null) return;
  if (stopsOf([row.kind]).payouts) await placeHold(ctx, row);
  await markHeld(ctx.live, row.id);
}

const placeHold = (ctx: Pick<Resources, "finance">, row: AccountRestrictionRow) =>
  placePayoutHold(ctx.finance, {
    id: row.id,
    anchorId: row.userId,
    kind: "restriction",
    reason: row.reason,
    until: row.until,
    placedBy: row.createdBy,
    traceId: row.traceId,
  });

/** Placed before it is lifted: whoever is late to place it finds it lifted, and does not place it for ever. */
async function liftHold(ctx: StopCtx, row: AccountRestrictionRow): Promise<void> {
  if (row.liftedAt === null || !stopsOf([row.kind]).payouts) return;
  await placeHold(ctx, row);
  await liftPayoutHold(ctx.finance, { id: row.id, liftedBy: row.liftedBy ?? row.createdBy });
}

async function tryStep(
  ctx: StopCtx,
  row: AccountRestrictionRow,
  what: string,
  step: () => Promise<void>,
): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    const facts = { reason: String(error), restrictionId: row.id, userId: row.userId, traceId: row.traceId };
    ctx.log.warn(facts, `${what} failed; a job repeats it`);
    return false;
  }
}

async function announceStop(ctx: StopCtx, row: AccountRestrictionRow, applied: Applied): Promise<void> {
  const stops = stopsOf([row.kind]);
  const told: Promise<unknown>[] = [];
  // What the session reader is told fails silently; a Redis that is away must not count as told.
  await ctx.redis.ping();
  if (stops.signIn || row.newRole) await sendSessionNotice(ctx.redis, ctx.log, { userId: row.userId });
  if (stops.signIn) {
    await hideWordsEverywhere(ctx, { userId: row.userId, actorId: row.createdBy, reason: row.reason });
  }
  for (const rainId of applied.endedRainIds) askForRainWork(ctx, rainId);
  if (row.roomId && (stops.room || row.newRole)) {
    await announceRoomChange(ctx, row.roomId);
    told.push(publishRoomEvents(ctx, row.roomId, eventsOf(ctx, row, stops.room), sharedNow()));
  }
  if (stops.spending) await announceWallet(ctx, row.userId, "adjustment");
  const allTold = Promise.all(told).then(() => {});
  if (stops.signIn || stops.room || row.newRole) cutOffUser(ctx, row.userId, allTold);
  await allTold;
}

function eventsOf(ctx: StopCtx, row: AccountRestrictionRow, isBanned: boolean): NewRoomEvent[] {
  const { traceId } = ctx;
  const events: NewRoomEvent[] = [];
  const { roomId, closedSessionId: sessionId } = row;
  if (sessionId) events.push({ event: "room.closed", traceId, body: { sessionId } });
  // Viewers are not told why: that is between the platform and the anchor.
  if (isBanned && roomId) events.push({ event: "room.banned", traceId, body: { roomId } });
  return events;
}

async function announceEnd(ctx: StopCtx, row: AccountRestrictionRow, applied: Applied): Promise<void> {
  const stops = stopsOf([row.kind]);
  await ctx.redis.ping();
  if (stops.signIn) await sendSessionNotice(ctx.redis, ctx.log, { userId: row.userId });
  if (applied.roomId && stops.room) await announceRoomChange(ctx, applied.roomId);
  if (stops.spending) await announceWallet(ctx, row.userId, "adjustment");
}
