import { z } from "zod";
import { listPastSessions } from "@/db/live/queries/past-sessions";
import { IsoTime, StoredUuid } from "@/domain/contracts/ids";
import type { PastSession, RoomSessionsInput } from "@/domain/contracts/room";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";

const Cursor = z.object({ startedAt: IsoTime, sessionId: StoredUuid });

/** Sessions of the caller's own room that are over, the latest first. Throws INVALID_INPUT (cursor). */
export async function listSessions(
  ctx: SignedInCtx,
  input: RoomSessionsInput,
): Promise<{ items: PastSession[]; nextCursor: string | null }> {
  const { limit } = input;
  const cursor = decodeCursor(Cursor, input.cursor);
  const rows = await listPastSessions(ctx.live, {
    anchorId: ctx.session.userId,
    after: cursor ? { startedAt: new Date(cursor.startedAt), sessionId: cursor.sessionId } : undefined,
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ startedAt, endedAt, watchedMs, ...row }) => ({
      ...row,
      startedAt: startedAt.toISOString(),
      endedAt: endedAt.toISOString(),
      watchedSeconds: watchedMs === null ? null : Math.round(watchedMs / 1_000),
    })),
    nextCursor:
      last && rows.length > limit
        ? encodeCursor({ startedAt: last.startedAt.toISOString(), sessionId: last.sessionId })
        : null,
  };
}
