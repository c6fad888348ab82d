interface Place {
  key: string;
  below: string;
}
interface Row {
  below: string;
  at: Date;
  sentAt: Date;
}
interface Look<R extends Row> {
  /** In the walk's own order, newest first. */
  rows: readonly R[];
  /** How far it looked; null when it came to its end. */
  floor: { below: string; at: Date } | null;
}

/**
 * Merges what several walks found into one list, newest first, of at most `limit` rows. Nothing is taken that is older than
 * the floor of a walk whose rows are all taken: what lies below it is not known yet.
 *
 * @returns the rows, and where the walks that have more go on. `searchedTo` is the floor that ended the list, if one did.
 */
export function mergeWalks<R extends Row>(
  walks: readonly Place[],
  looks: readonly Look<R>[],
  limit: number,
): { rows: R[]; walks: Place[]; searchedTo: Date | null } {
  const taken = walks.map(() => 0);
  const rows: R[] = [];
  let searchedTo: Date | null = null;
  while (rows.length < limit) {
    let newest = -1;
    let head: R | undefined;
    searchedTo = null;
    for (let i = 0; i < looks.length; i++) {
      const row = looks[i]?.rows[taken[i] ?? 0];
      const floor = looks[i]?.floor;
      if (!row) {
        if (floor && (!searchedTo || floor.at > searchedTo)) searchedTo = floor.at;
      } else if (!head || isNewer(row, head)) {
        head = row;
        newest = i;
      }
    }
    if (!head || (searchedTo && searchedTo > head.at)) break;
    rows.push(head);
    taken[newest] = (taken[newest] ?? 0) + 1;
  }
  return { rows, walks: walks.flatMap((walk, i) => goOn(walk, looks[i], taken[i] ?? 0)), searchedTo };
}

function isNewer(one: Row, other: Row): boolean {
  const apart = one.at.getTime() - other.at.getTime();
  return apart > 0 || (apart === 0 && one.sentAt > other.sentAt);
}

function goOn<R extends Row>(walk: Place, look: Look<R> | undefined, taken: number): Place[] {
  if (!look) return [];
  if (taken === look.rows.length) return look.floor ? [{ key: walk.key, below: look.floor.below }] : [];
  return [{ key: walk.key, below: look.rows[taken - 1]?.below ?? walk.below }];
}
