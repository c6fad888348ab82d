import { readGiftFeed } from "@/db/live/ledger/gift-feed";

import { type CursorPlace, type FeedPlace, findContradiction, seqsOf } from "@/domain/rules/feed-agreement";
import type { Resources } from "../context";
import { type FeedReader, requireOwnFeed } from "./require-own-feed";

const NOTHING: FeedPlace = { lastSeq: 0, mark: null };

/**
 * How far each bucket has come, and what stands under each cursor, for a reader whose cursors stand at `places`. Throws
 * ContradictedCursorError, with an alarm, when one of them is of another past than the gifts of the live database.
 */
export async function readOwnGiftFeed(
  resources: Pick<Resources, "live" | "log">,
  reader: FeedReader,
  places: ReadonlyMap<number, CursorPlace>,
): Promise<Map<number, FeedPlace>> {
  const seqs = seqsOf(places);
  const feed = await readGiftFeed(resources.live, seqs);
  const contradictions = [...places].flatMap(
    ([bucket, place]) => findContradiction(`bucket:${bucket}`, place, feed.get(bucket) ?? NOTHING) ?? [],
  );
  await requireOwnFeed(resources, reader, contradictions);
  return feed;
}

export const lastSeqsOf = (feed: ReadonlyMap<number, FeedPlace>): Map<number, number> =>
  new Map([...feed].map(([bucket, { lastSeq }]) => [bucket, lastSeq]));
