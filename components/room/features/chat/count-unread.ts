/** What a reader who has scrolled up has not seen. Pure. */
export interface Unread {
  /** Everything that was in the list. */
  known: ReadonlySet<string>;
  unread: ReadonlySet<string>;
}

export const NOTHING_UNREAD: Unread = { known: new Set(), unread: new Set() };

/**
 * Goes on to a new state of the list. What is new to it is unread, unless the reader is at its end or wrote it; what has
 * left the list, because it was removed or there are too many, is not waited for.
 */
export function countUnread(
  before: Unread,
  lines: readonly { id: string; isOwn: boolean }[],
  isAtEnd: boolean,
): Unread {
  const known = new Set(lines.map((line) => line.id));
  if (isAtEnd) return { known, unread: new Set() };
  const unread = lines.filter(({ id, isOwn }) => before.unread.has(id) || (!isOwn && !before.known.has(id)));
  return { known, unread: new Set(unread.map((line) => line.id)) };
}
