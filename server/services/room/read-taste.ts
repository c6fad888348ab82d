import { listTrials } from "@/db/finance/queries/affinity-trial";
import { listRegionAnchors } from "@/db/finance/queries/region-anchors";
import { listTagPairs } from "@/db/finance/queries/tag-affinity";
import { readViewerTaste } from "@/db/finance/queries/viewer-taste";
import { readTagLabels } from "@/db/live/queries/affinity-facts";
import { wantsPlainLobby } from "@/db/live/queries/own-account";
import { readPersonFacts } from "@/db/live/queries/person-facts";
import { listLiveRoomTags, listPersonTags } from "@/db/live/queries/tags";
import type { OwnOrder } from "@/domain/contracts/room";
import { groupBy } from "@/domain/rules/group-by";
import { type Neighbours, nearnessOf, type Taste } from "@/domain/rules/rank-rooms";
import { defineCache, defineHeld } from "@/platform/runtime/caches";
import { Refreshed } from "@/platform/runtime/refreshed";
import { within } from "@/platform/runtime/within";
import type { Resources } from "../context";

/** The lobby waits so long for what it knows of somebody; then it shows the fullest rooms, and knows it the next time. */
const WAIT_MS = 300;
/** After it was waited for in vain, nobody waits for so long. */
const AWAY_MS = 2_000;
const TASTE_MS = 60_000;
const MODEL_MS = 30_000;
const ROOM_TAGS_MS = 5_000;
const PEOPLE_MAX = 5_000;
const PAIRS_MAX = 60_000;
const REGION_ANCHORS_MAX = 64;

/** What a viewer watches; before they have watched anything, what they say they like, and what their region watches. */
export interface OwnTaste extends Taste<string> {
  isNew: boolean;
  /** They want the lobby as everybody has it. */
  isOff: boolean;
  /** What its tags are called. */
  labels: ReadonlyMap<string, string>;
}

interface Model {
  isUsed: boolean;
  neighbours: Neighbours<string>;
}

interface RoomTags {
  byRoom: ReadonlyMap<string, readonly string[]>;
  labels: ReadonlyMap<string, string>;
}

const TASTES = defineCache<OwnTaste>({
  name: "viewer_tastes",
  max: PEOPLE_MAX,
  ttlMs: TASTE_MS,
  droppedBy: "its time, or when the viewer says what they like or want",
});
const MODEL = defineHeld(() => new Refreshed<Model>(MODEL_MS));
const ROOM_TAGS = defineHeld(() => new Refreshed<RoomTags>(ROOM_TAGS_MS));

const AWAY = defineHeld(() => ({ untilMs: Number.NEGATIVE_INFINITY }));

type TasteResources = Pick<Resources, "live" | "finance" | "log">;

export interface PersonalOrder extends Pick<RoomTags, "byRoom"> {
  taste: OwnTaste;
  neighbours: Neighbours<string>;
  /** What tags are called: those of rooms, and one's own. */
  labelOf(tagId: string): string;
}

/**
 * What the lobby has to know to put rooms in somebody's order, or why there is none: then the fullest rooms come first.
 */
export async function findPersonalOrder(
  resources: TasteResources,
  userId: string,
): Promise<PersonalOrder | Exclude<OwnOrder, "shown">> {
  const { live, finance, log } = resources;
  const away = finance.caches.of(AWAY);
  if (away.untilMs > performance.now()) return "away";
  const onError = (error: unknown) => {
    log.warn({ reason: String(error) }, "what viewers like is not to be had");
  };
  const all = Promise.all([
    finance.caches.of(MODEL).read(() => readModel(resources), onError),
    live.caches.of(ROOM_TAGS).read(() => readRoomTags(resources), onError),
    readOwnTaste(resources, userId).catch(onError),
  ]);
  const [model, roomTags, taste] = (await within(WAIT_MS, all)) ?? [];
  if (!model || !roomTags || !taste) {
    away.untilMs = performance.now() + AWAY_MS;
    return "away";
  }
  if (taste.isOff) return "off";
  // What somebody says they like, and what many watch, needs no proof; what was worked out of their own does.
  if (!model.isUsed && !taste.isNew) return "unknown";
  if (taste.tags.size === 0 && taste.anchors.size === 0) return "unknown";
  return {
    taste,
    byRoom: roomTags.byRoom,
    neighbours: model.isUsed ? model.neighbours : new Map(),
    labelOf: (tagId) => roomTags.labels.get(tagId) ?? taste.labels.get(tagId) ?? "",
  };
}

/** Somebody has said what they like, or want: this process looks again. */
export const dropTaste = ({ finance }: Pick<Resources, "finance">, userId: string): void => {
  finance.caches.of(TASTES).delete(userId);
};

async function readOwnTaste(resources: TasteResources, userId: string): Promise<OwnTaste> {
  const { finance } = resources;
  const tastes = finance.caches.of(TASTES);
  const known = tastes.get(userId);
  if (known) return known;
  const taste = await loadTaste(resources, userId);
  tastes.set(userId, taste);
  return taste;
}

async function loadTaste({ live, finance }: TasteResources, userId: string): Promise<OwnTaste> {
  const [rows, said, isOff] = await Promise.all([
    readViewerTaste(finance, userId),
    listPersonTags(live, userId),
    wantsPlainLobby(live, userId),
  ]);
  const weights = (kind: string) =>
    new Map(rows.filter((row) => row.kind === kind).map(({ id, weight }) => [id, weight]));
  const [tags, anchors] = [weights("tag"), weights("anchor")];
  if (rows.length === 0) {
    const { region } = await readPersonFacts(live, userId);
    const watched = region ? await listRegionAnchors(finance, { region, limit: REGION_ANCHORS_MAX }) : [];
    return {
      isNew: true,
      isOff,
      anchors: new Map(watched.map(({ anchorId, people }) => [anchorId, people])),
      tags: new Map(said.map(({ tagId }) => [tagId, 1])),
      labels: new Map(said.map(({ tagId, label }) => [tagId, label])),
    };
  }
  return { isNew: false, isOff, anchors, tags, labels: await readTagLabels(live, [...tags.keys()]) };
}

async function readModel({ finance }: Pick<Resources, "finance">): Promise<Model> {
  const [[last], pairs] = await Promise.all([
    listTrials(finance, 1),
    listTagPairs(finance, { tagIds: null, liftMin: 1, limit: PAIRS_MAX }),
  ]);
  const neighbours = new Map(
    [...groupBy(pairs, ({ tagId }) => tagId)].map(([tagId, near]) => [
      tagId,
      near.map(({ otherTagId, lift }) => ({ tag: otherTagId, nearness: nearnessOf(lift) })),
    ]),
  );
  return { isUsed: last?.affinity.isUsed ?? false, neighbours };
}

async function readRoomTags({ live }: Pick<Resources, "live">): Promise<RoomTags> {
  const rows = await listLiveRoomTags(live);
  return {
    labels: new Map(rows.map(({ tagId, label }) => [tagId, label])),
    byRoom: new Map(
      [...groupBy(rows, ({ roomId }) => roomId)].map(([roomId, own]) => [
        roomId,
        [...new Set(own.map(({ tagId }) => tagId))],
      ]),
    ),
  };
}
