import { z } from "zod";
import {
  type ApplicationRow,
  decideApplicationRow,
  findApplication,
  findLastApplication,
  insertApplication,
  listApplications,
} from "@/db/live/queries/anchor-applications";
import type {
  ApplicationItem,
  ApplicationsInput,
  ApplyAnchorInput,
  DecideApplicationInput,
  OwnApplication,
} from "@/domain/contracts/application";
import { BizError } from "@/domain/contracts/errors";
import { Uuid } from "@/domain/contracts/ids";
import { runInBackground } from "@/platform/runtime/background";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { sendSessionNotice } from "../../auth/session-notices";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";
import { consumeRateLimit } from "../rate-limit";
import { cutOffUser } from "../room/cut-off-user";

/** An operator reads every one of them. */
const APPLICATIONS = "5/600,10/86400";
const Cursor = z.object({ createdAt: z.iso.datetime(), applicationId: Uuid });

/**
 * Asks to become an anchor. Repeating an id changes nothing. Throws FORBIDDEN (who is no viewer), APPLICATION_CONFLICT while
 * another one is open, INVALID_INPUT on `applicationId` for the id of another, RATE_LIMITED.
 */
export async function applyAnchor(ctx: SignedInCtx, input: ApplyAnchorInput): Promise<OwnApplication> {
  const { userId, role } = ctx.session;
  if (role !== "viewer") throw new BizError("FORBIDDEN");
  await consumeRateLimit(ctx.redis, "me.apply", userId, APPLICATIONS);
  const made = await insertApplication(ctx.live, { ...input, userId, now: sharedNow() });
  if (made === "notAViewer") throw new BizError("FORBIDDEN");
  if (made === "open") throw new BizError("APPLICATION_CONFLICT");
  if (made === "taken") throw new BizError("INVALID_INPUT", { field: "applicationId" });
  return toOwn(made);
}

/** The caller's newest application; null when there never was one. */
export async function getMyApplication(ctx: SignedInCtx): Promise<OwnApplication | null> {
  const row = await findLastApplication(ctx.live, ctx.session.userId);
  return row ? toOwn(row) : null;
}

/** Who wants to become an anchor, those who wait longest first; decided ones newest first. Throws INVALID_INPUT on `cursor`. */
export async function listAnchorApplications(
  ctx: SignedInCtx,
  input: ApplicationsInput,
): Promise<{ items: ApplicationItem[]; nextCursor: string | null }> {
  const { status, limit } = input;
  const after = decodeCursor(Cursor, input.cursor);
  const rows = await listApplications(ctx.live, {
    status,
    after: after ? { ...after, createdAt: new Date(after.createdAt) } : undefined,
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => ({
      ...toOwn(row),
      person: { userId: row.userId, nickname: row.nickname, avatarUrl: row.avatarUrl },
      decidedBy: row.decidedBy === null ? null : { userId: row.decidedBy, nickname: row.decidedByName },
    })),
    nextCursor:
      last && rows.length > limit
        ? encodeCursor({ createdAt: last.createdAt.toISOString(), applicationId: last.applicationId })
        : null,
  };
}

/** Throws NOT_FOUND. */
export async function getApplication(
  ctx: SignedInCtx,
  { applicationId }: { applicationId: string },
): Promise<ApplicationRow> {
  const row = await findApplication(ctx.live, applicationId);
  if (!row) throw new BizError("NOT_FOUND", { field: "applicationId" });
  return row;
}

/**
 * Says yes or no; whoever applied reads the reason. With a yes they are an anchor, with a room that is not live yet. Deciding
 * the same again tells them again. Throws NOT_FOUND, APPLICATION_CONFLICT (decided otherwise, or no viewer any more).
 */
export async function decideApplication(
  ctx: SignedInCtx,
  input: DecideApplicationInput,
): Promise<OwnApplication> {
  const { applicationId, approve, reason } = input;
  const by = actingOperator(ctx, reason);
  const outcome = await decideApplicationRow(ctx.live, { applicationId, approve, by });
  if (outcome === "unknown") throw new BizError("NOT_FOUND", { field: "applicationId" });
  if (outcome === "decided") throw new BizError("APPLICATION_CONFLICT");
  const { userId, ...row } = await getApplication(ctx, input);
  await sendSessionNotice(ctx.redis, ctx.log, { userId });
  const { status } = row;
  const told = ctx.push.sendToUsers([userId], "anchor.application", {
    applicationId,
    status,
    reason: row.reason ?? "",
  });
  if (approve && outcome === "done")
    cutOffUser(
      ctx,
      userId,
      told.catch(() => {}),
    );
  runInBackground(ctx.log, "telling of a decided application", ctx.traceId, told);
  return toOwn({ userId, ...row });
}

function toOwn({
  applicationId,
  about,
  status,
  createdAt,
  decidedAt,
  reason,
}: ApplicationRow): OwnApplication {
  return {
    applicationId,
    about,
    status,
    createdAt: createdAt.toISOString(),
    decidedAt: decidedAt?.toISOString() ?? null,
    reason,
  };
}
