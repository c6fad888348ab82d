/** A room that is live, with what it is about and how many are there. */
export interface RankableRoom<Id> {
  anchor: Id;
  tags: readonly Id[];
  viewers: number;
}

/** What somebody watches, by tag and by anchor; only how the weights stand to each other counts. */
export interface Taste<Id> {
  tags: ReadonlyMap<Id, number>;
  anchors: ReadonlyMap<Id, number>;
}

/** Tags that the same people watch, by tag: from 0, as often as by chance, to 1. */
export type Neighbours<Id> = ReadonlyMap<Id, readonly { tag: Id; nearness: number }[]>;

/** Why a room stands where it stands; null where nothing but its viewers says so. */
export type RankReason<Id> =
  | { kind: "return" }
  | { kind: "tag"; tag: Id }
  | { kind: "near"; tag: Id; own: Id }
  | { kind: "found" }
  | null;

export interface RankedRoom<Room, Id> {
  room: Room;
  reason: RankReason<Id>;
}

/** From a lift: as often as by chance is 0, ten times as often is 0.9. */
export const nearnessOf = (lift: number): number => Math.max(0, 1 - 1 / lift);

/** A tag that one's own people watch besides counts at most half as much as one's own. */
const NEAR_PART = 0.5;
/** Of two rooms that somebody would like as much, the fuller one comes first. */
const POPULAR_PART = 0.2;
/** What is weaker than this is no reason to tell anybody. */
const REASON_MIN = 0.05;
/** One slot in six is for a room that few have found, in the first ten times six. */
const FOUND_EVERY = 6;
const FOUND_MAX = 10;

/** The fullest first; equal ones by `compareIds`, so that the order is total. */
export const byViewers =
  <Id>(compareIds: (a: Id, b: Id) => number) =>
  (a: RankableRoom<Id>, b: RankableRoom<Id>): number =>
    b.viewers - a.viewers || compareIds(a.anchor, b.anchor);

/**
 * Rooms in the order in which somebody would like them: what the room is about, by their own weights and those of tags that
 * their like watch, and whether they come back to its anchor. `seed` says which rooms are shown to be found: of one viewer
 * and day always the same.
 */
export function rankRooms<Id, Room extends RankableRoom<Id>>(
  rooms: readonly Room[],
  taste: Taste<Id>,
  neighbours: Neighbours<Id>,
  options: { seed: string; compareIds: (a: Id, b: Id) => number },
): RankedRoom<Room, Id>[] {
  const { seed, compareIds } = options;
  const interest = interestsOf(taste.tags, neighbours);
  const mostByAnchor = Math.max(0, ...taste.anchors.values());
  const mostViewers = Math.max(1, ...rooms.map(({ viewers }) => viewers));
  const scored = rooms.map((room) => {
    const about = aboutOf(room.tags, interest);
    const back = mostByAnchor > 0 ? (taste.anchors.get(room.anchor) ?? 0) / mostByAnchor : 0;
    return {
      room,
      score: about.score + back + (POPULAR_PART * room.viewers) / mostViewers,
      reason: reasonOf(about, back),
    };
  });
  const compare = byViewers(compareIds);
  scored.sort((a, b) => b.score - a.score || compare(a.room, b.room));
  return letBeFound(
    scored.map(({ room, reason }) => ({ room, reason })),
    seed,
  );
}

interface Interest<Id> {
  weight: number;
  /** The own tag that leads to it; undefined where it is one's own. */
  from?: Id;
}

/** Each tag that says something, from 0 to 1: one's first own tag is 1. */
function interestsOf<Id>(own: ReadonlyMap<Id, number>, neighbours: Neighbours<Id>): Map<Id, Interest<Id>> {
  const most = Math.max(0, ...own.values());
  const interests = new Map<Id, Interest<Id>>();
  if (most <= 0) return interests;
  for (const [tag, weight] of own) if (weight > 0) interests.set(tag, { weight: weight / most });
  for (const [from, weight] of own) {
    for (const { tag, nearness } of neighbours.get(from) ?? []) {
      const near = (NEAR_PART * nearness * weight) / most;
      if (near > (interests.get(tag)?.weight ?? 0)) interests.set(tag, { weight: near, from });
    }
  }
  return interests;
}

interface About<Id> {
  score: number;
  best: { tag: Id; interest: Interest<Id> } | null;
}

function aboutOf<Id>(tags: readonly Id[], interests: ReadonlyMap<Id, Interest<Id>>): About<Id> {
  let sum = 0;
  let best: About<Id>["best"] = null;
  for (const tag of tags) {
    const interest = interests.get(tag);
    if (!interest) continue;
    sum += interest.weight;
    if (!best || interest.weight > best.interest.weight) best = { tag, interest };
  }
  return { score: tags.length === 0 ? 0 : sum / tags.length, best };
}

function reasonOf<Id>({ score, best }: About<Id>, back: number): RankReason<Id> {
  if (back >= REASON_MIN && back >= score) return { kind: "return" };
  if (!best || score < REASON_MIN) return null;
  const { tag, interest } = best;
  return interest.from === undefined ? { kind: "tag", tag } : { kind: "near", tag, own: interest.from };
}

/** Moves a room that is emptier than most, and nothing of which is known to please, into one slot of six. */
function letBeFound<Id, Room extends RankableRoom<Id>>(
  ranked: RankedRoom<Room, Id>[],
  seed: string,
): RankedRoom<Room, Id>[] {
  if (ranked.length <= FOUND_EVERY) return ranked;
  const median = ranked.map(({ room }) => room.viewers).toSorted((a, b) => a - b)[ranked.length >> 1] ?? 0;
  const waiting = ranked
    .filter(({ room, reason }) => reason === null && room.viewers <= median)
    .map((one) => ({ one, draw: drawOf(`${seed}:${String(one.room.anchor)}`) }))
    .toSorted((a, b) => a.draw - b.draw)
    .slice(0, Math.min(FOUND_MAX, Math.floor(ranked.length / FOUND_EVERY)));
  const found = new Set(waiting.map(({ one }) => one));
  const rest = ranked.filter((one) => !found.has(one));
  const placed: RankedRoom<Room, Id>[] = [];
  for (const { one } of waiting) {
    placed.push(...rest.splice(0, FOUND_EVERY - 1), { room: one.room, reason: { kind: "found" } });
  }
  return [...placed, ...rest];
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) with the last bits mixed once more: alike names are drawn apart. */
function drawOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
