import { findContradictedBoards } from "@/db/live/queries/contradicted-boards";
import { countSupporters } from "@/db/live/queries/count-supporters";
import type { Resources } from "../context";
import { requireOwnFeed } from "../restore/require-own-feed";
import { requireKnownDatabases } from "../restore/watch-databases";
import { raiseBoards } from "./top-board";

/** Gifts of one bucket that one round counts. */
const BUCKET_GIFTS_MAX = 500;

/**
 * One round of counting who gave how much in which room, for these buckets. Boards are raised before the counts are
 * committed: should this process die between the two, the same gifts are counted again to the same sums. A cursor that is
 * of another past than the gifts stops the counting, and with it the discounting of refunds (ContradictedCursorError).
 *
 * @returns the rooms whose boards were raised, and whether more is waiting than one round takes.
 */
export async function countNewSupporters(
  resources: Pick<Resources, "live" | "redis" | "log">,
  buckets: readonly number[],
): Promise<{ roomIds: Set<string>; more: boolean }> {
  requireKnownDatabases(resources.live);
  await requireOwnFeed(resources, "boards", await findContradictedBoards(resources.live, buckets));
  const roomIds = new Set<string>();
  const { more } = await countSupporters(
    resources.live,
    { buckets, limitPerBucket: BUCKET_GIFTS_MAX },
    async (sums, versions) => {
      await raiseBoards(resources.redis, sums, versions);
      for (const { roomId } of sums) roomIds.add(roomId);
    },
  );
  return { roomIds, more };
}
