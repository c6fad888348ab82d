import { z } from "zod";
import { searchRemovedChat } from "@/db/live/queries/search-removed-chat";
import { IsoTime, StoredUuid } from "@/domain/contracts/ids";
import type { FoundRemovedMessages, RemovedSearchInput } from "@/domain/contracts/removed-chat";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";
import { nameAnchors, nameViewers } from "../people/name-people";
import { toMessageOfRoom } from "./list-removed";

const Cursor = z.object({ removedAt: IsoTime, messageId: StoredUuid, senderId: StoredUuid });

/**
 * Words that were taken away anywhere, the latest removal first, with whose they were, who took them away, when and why; of
 * one person, in one room, or all. Throws INVALID_INPUT on `cursor`.
 */
export async function searchRemovedMessages(
  ctx: SignedInCtx,
  input: RemovedSearchInput,
): Promise<FoundRemovedMessages> {
  const { person, room, limit } = input;
  const position = decodeCursor(Cursor, input.cursor);
  const [people, anchors] = await Promise.all([
    person ? nameViewers(ctx, person) : null,
    room ? nameAnchors(ctx, room) : null,
  ]);
  const rows = await searchRemovedChat(ctx.live, {
    senderIds: people?.people.map(({ userId }) => userId),
    anchorIds: anchors?.people.map(({ userId }) => userId),
    below: position && { ...position, removedAt: new Date(position.removedAt) },
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => ({
      ...toMessageOfRoom(row),
      removedAt: row.removedAt.toISOString(),
      removedBy: row.removedBy,
      removedByName: row.removedByName,
      reason: row.removedReason,
      traceId: row.traceId,
    })),
    nextCursor:
      rows.length > limit && last
        ? encodeCursor({
            removedAt: last.removedAt.toISOString(),
            messageId: last.messageId,
            senderId: last.senderId,
          })
        : null,
    people,
    anchors,
  };
}
