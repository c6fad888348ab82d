import {
  type AffinityRow,
  listNearTags,
  listTrialRooms,
  listTrialVisits,
  noteAffinity,
  readAffinityOf,
  readSameTags,
  type TrialRoom,
  type TrialVisit,
} from "@/db/finance/queries/affinity-trial";
import type { JobHold } from "@/db/finance/queries/analytics-job";
import type { AffinityFigures } from "@/domain/contracts/analytics";
import { addDays, affinityUnitOf } from "@/domain/rules/affinity";
import { isAffinityBetter, TRIAL_CARDS, type TrialCase, TrialTally } from "@/domain/rules/affinity-trial";
import { dayOf } from "@/domain/rules/calendar";
import { groupBy } from "@/domain/rules/group-by";
import { type Neighbours, nearnessOf, type Taste } from "@/domain/rules/rank-rooms";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { CountResources } from "./count-gifts";

/** People who are asked about, of those who came within so many days. */
const TRIAL_PEOPLE = 2_000;
const TRIAL_DAYS = 14;
const PEOPLE_AT_ONCE = 100;

/**
 * Leaves out the last day of some viewers, orders the rooms of that day by what they had watched before and by plain
 * popularity, and writes down with the run which put what they watched further to the front. By the order that the lobby
 * has, its slots for new rooms included; popularity is that of the whole day, which the lobby does not know beforehand.
 */
export async function tryAffinity(
  { finance }: Pick<CountResources, "finance">,
  hold: JobHold,
  { runId, leaseMs }: { runId: number; leaseMs: number },
): Promise<AffinityFigures> {
  const fromDay = addDays(dayOf(sharedNowMs()), 1 - TRIAL_DAYS);
  const [rooms, visits, sameTags, near] = await Promise.all([
    listTrialRooms(finance, fromDay),
    listTrialVisits(finance, { fromDay, people: TRIAL_PEOPLE, seed: runId }),
    readSameTags(finance),
    listNearTags(finance),
  ]);
  const roomsOf = groupBy(rooms, ({ day }) => day);
  const neighbours = toNeighbours(near);
  const visitsOf = [...groupBy(visits, ({ viewer }) => viewer).values()];
  const tally = new TrialTally();
  for (let at = 0; at < visitsOf.length; at += PEOPLE_AT_ONCE) {
    const some = visitsOf.slice(at, at + PEOPLE_AT_ONCE);
    const ids = some.flatMap(([visit]) => (visit ? [visit.viewer] : []));
    const rows = new Map((await readAffinityOf(finance, ids)).map((row) => [row.viewer, row]));
    for (const own of some) {
      const one = toCase(own, rows.get(own[0]?.viewer ?? 0), roomsOf, sameTags, runId);
      if (one) tally.add(one, neighbours);
    }
  }
  const figures = toFigures(tally);
  await noteAffinity(finance, hold, { runId, figures, leaseMs });
  return figures;
}

const toNeighbours = (near: readonly { tag: number; other: number; lift: number }[]): Neighbours<number> =>
  new Map(
    [...groupBy(near, ({ tag }) => tag)].map(([tag, others]) => [
      tag,
      others.map(({ other, lift }) => ({ tag: other, nearness: nearnessOf(lift) })),
    ]),
  );

/** Undefined where somebody has watched nothing before, or there was no choice: both orders would say the same. */
function toCase(
  visits: readonly TrialVisit[],
  row: AffinityRow | undefined,
  roomsOf: ReadonlyMap<string, readonly TrialRoom[]>,
  sameTags: ReadonlyMap<number, number>,
  runId: number,
): TrialCase | undefined {
  const [first] = visits;
  if (!first || !row) return undefined;
  const { day, viewer } = first;
  const taste = withoutDay(row, visits, sameTags);
  const there = new Set(visits.map(({ anchor }) => anchor));
  const rooms = (roomsOf.get(day) ?? []).map(({ anchor, tags, people }) => ({
    anchor,
    tags,
    viewers: people - Number(there.has(anchor)),
  }));
  // One of the rooms of that day, whichever: the numbers of people are in no order.
  const watched = visits[(viewer + runId) % visits.length]?.anchor;
  if (taste.anchors.size === 0 || rooms.length < 2 || watched === undefined) return undefined;
  return { taste, rooms, watched, seed: `${day}:${viewer}` };
}

/** The sums of somebody as they were before the day; they are exact, so that what is taken off leaves nothing behind. */
function withoutDay(
  row: AffinityRow,
  visits: readonly TrialVisit[],
  sameTags: ReadonlyMap<number, number>,
): Taste<number> {
  const anchors = new Map(row.anchors.map((anchor, at) => [anchor, row.anchor_weights[at] ?? 0]));
  const tags = new Map(row.tags.map((tag, at) => [tag, row.tag_weights[at] ?? 0]));
  const takeOff = (weights: Map<number, number>, key: number, weight: number) => {
    const left = (weights.get(key) ?? 0) - weight;
    if (left > 0) weights.set(key, left);
    else weights.delete(key);
  };
  for (const { day, anchor, tags: about, score } of visits) {
    const weight = score * affinityUnitOf(day);
    takeOff(anchors, anchor, weight);
    for (const tag of about) takeOff(tags, tag, weight);
  }
  const same = new Map<number, number>();
  for (const [tag, weight] of tags) {
    const number = sameTags.get(tag) ?? tag;
    same.set(number, (same.get(number) ?? 0) + weight);
  }
  return { anchors, tags: same };
}

function toFigures(tally: TrialTally): AffinityFigures {
  const { people, rooms, affinity, popularity } = tally;
  const meanOf = (sum: number) => (people === 0 ? 0 : sum / people);
  return {
    people,
    rooms: meanOf(rooms),
    cards: TRIAL_CARDS.map((cards, at) => ({
      cards,
      affinity: affinity.hits[at] ?? 0,
      popularity: popularity.hits[at] ?? 0,
    })),
    affinityPlace: meanOf(affinity.reciprocalPlaces),
    popularityPlace: meanOf(popularity.reciprocalPlaces),
    isUsed: isAffinityBetter(tally),
  };
}
