import { byViewers, type Neighbours, type RankableRoom, rankRooms, type Taste } from "./rank-rooms";

/** How often what was watched last is among so many first cards. */
export const TRIAL_CARDS = [1, 3, 6, 12] as const;
/** With fewer people than this, nothing is said about which order is better. */
export const TRIAL_PEOPLE_MIN = 20;

/** Somebody whose last day was left out: what they had watched before it, and where they went on it. */
export interface TrialCase {
  taste: Taste<number>;
  /** Rooms that were watched on that day, without counting this viewer. */
  rooms: readonly RankableRoom<number>[];
  /** The anchor whom they watched. */
  watched: number;
  seed: string;
}

interface OrderFigures {
  /** By each of `TRIAL_CARDS`: people who found what they watched among the first so many. */
  hits: number[];
  /** Sum of 1 / place. */
  reciprocalPlaces: number;
}

/** Adds up how both orders do. */
export class TrialTally {
  people = 0;
  rooms = 0;
  readonly affinity: OrderFigures = { hits: TRIAL_CARDS.map(() => 0), reciprocalPlaces: 0 };
  readonly popularity: OrderFigures = { hits: TRIAL_CARDS.map(() => 0), reciprocalPlaces: 0 };

  add({ taste, rooms, watched, seed }: TrialCase, neighbours: Neighbours<number>): void {
    const compareIds = (a: number, b: number) => a - b;
    const ranked = rankRooms(rooms, taste, neighbours, { seed, compareIds });
    const popular = rooms.toSorted(byViewers(compareIds));
    this.people += 1;
    this.rooms += rooms.length;
    note(this.affinity, ranked.findIndex(({ room }) => room.anchor === watched) + 1);
    note(this.popularity, popular.findIndex(({ anchor }) => anchor === watched) + 1);
  }
}

function note(figures: OrderFigures, place: number): void {
  if (place === 0) return;
  figures.reciprocalPlaces += 1 / place;
  for (const [at, cards] of TRIAL_CARDS.entries())
    if (place <= cards) figures.hits[at] = (figures.hits[at] ?? 0) + 1;
}

/** Whether the lobby goes by affinity: only where it put what people watched further to the front than popularity did. */
export const isAffinityBetter = ({ people, affinity, popularity }: TrialTally): boolean =>
  people >= TRIAL_PEOPLE_MIN && affinity.reciprocalPlaces > popularity.reciprocalPlaces;
