/** How far a reader has come: a number, and what it found under it. */
export interface CursorPlace {
  seq: number;
  /** Names what has this number; null when the reader has not noted it yet. */
  mark: string | null;
}

/** Only the numbers of places. */
export const seqsOf = (places: Iterable<readonly [number, { seq: number }]>): Map<number, number> =>
  new Map(Array.from(places, ([bucket, { seq }]) => [bucket, seq]));

/** The feed as it is now: its last number, and what stands under the reader's. */
export interface FeedPlace {
  lastSeq: number;
  /** Null when nothing stands there. */
  mark: string | null;
}

export interface Contradiction {
  /** What of the feed, as `bucket:7`. */
  subject: string;
  /** `beyond`: the feed ends before the cursor; `other`: under the same number stands something else, or nothing. */
  kind: "beyond" | "other";
  cursorSeq: number;
  lastSeq: number;
}

/**
 * Whether a reader's cursor belongs to this feed. A feed only grows, so that one which does not reach the cursor, or has
 * something else under its number, has been put back to an earlier state: numbers above it are of another past. Pure.
 */
export function findContradiction(
  subject: string,
  cursor: CursorPlace,
  feed: FeedPlace,
): Contradiction | null {
  const { seq: cursorSeq } = cursor;
  const { lastSeq } = feed;
  if (cursorSeq === 0) return null;
  if (cursorSeq > lastSeq) return { subject, kind: "beyond", cursorSeq, lastSeq };
  const isSame = feed.mark !== null && (cursor.mark === null || cursor.mark === feed.mark);
  return isSame ? null : { subject, kind: "other", cursorSeq, lastSeq };
}
