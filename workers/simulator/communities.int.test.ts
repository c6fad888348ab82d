import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { postGifts, type QueuedGift } from "@/db/live/ledger/post-gifts";
import { openRoomSession } from "@/db/live/queries/rooms";
import { listSimulatedPeople } from "@/db/live/queries/simulated-people";
import {
  findPopulation,
  orderPopulation,
  type SimulatedPopulation,
} from "@/db/live/queries/simulated-populations";
import { addStays, type Stay } from "@/db/live/queries/visits";
import type { Affinity, TipsKey } from "@/domain/contracts/analytics";
import { tagSlugOf } from "@/domain/rules/tags";
import { topicOf } from "@/domain/rules/topics";
import { getAffinity } from "@/server/services/analytics/get-affinity";
import { getProfiles } from "@/server/services/analytics/get-profiles";
import { getTips } from "@/server/services/analytics/get-tips";
import { listRooms } from "@/server/services/room/list-rooms";
import { callBy, giftEntry, type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { countEverything } from "@/server/testing/watched-rooms";
import { Audience, type Person, toPerson } from "./audience";
import { BEHAVIOUR } from "./behaviour";
import { planPeople } from "./population";
import { preparePopulation } from "./prepare-population";
import { SeededRandom } from "./random";

const SIZE = { anchors: 12, viewers: 900, guests: 0 };
const SEED = 11;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const GIFTS = 3_000;
/** Gifts of so many hours ago, as parts of all. */
const HOURS = [0.1, 0.3, 0.2, 0.4];
/** Twice what chance does with so many. */
const TOLERANCE = 0.04;

let harness: MoneyHarness;
let people: Person[];
let affinity: Affinity;
const gifts: QueuedGift[] = [];
/** Whole hours end here, so that hours ago are hours. */
const endMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const operator = () => callBy(harness.resources, randomUUID(), "operator");

beforeAll(async () => {
  harness = await startMoneyHarness();
  const { resources } = harness;
  await orderPopulation(resources.live.sql, { behaviourVersion: BEHAVIOUR.version, seed: SEED, ...SIZE });
  const population = (await findPopulation(resources.live)) as SimulatedPopulation;
  await preparePopulation(resources, population);
  const planned = [...planPeople(BEHAVIOUR, SEED, SIZE)];
  const rows = await listSimulatedPeople(resources.live, {
    population: population.id,
    from: 0,
    limit: 10_000,
  });
  people = rows.map((row, at) => toPerson(row, planned[at] as (typeof planned)[number]));
  await watch();
  await give();
  await countEverything(resources);
  affinity = await getAffinity(operator(), { limit: 20 });
}, 180_000);
afterAll(() => harness?.close());

/** The crowd comes to rooms on three days as it does in a run: to rooms of its own kind, mostly. */
async function watch(): Promise<void> {
  const { live } = harness.resources;
  const random = new SeededRandom(SEED);
  const audience = new Audience(people, BEHAVIOUR, random);
  for (const { anchor } of audience.rooms) {
    const own = BEHAVIOUR.communities[anchor.community ?? 0];
    const tags = await live.sql<{ tagId: string; slug: string; label: string }[]>`
      SELECT t.id AS "tagId", t.slug, t.label FROM room_tags x JOIN tags t ON t.id = x.tag_id
      WHERE x.room_id = ${anchor.roomId} ORDER BY x.place`;
    const session = await openRoomSession(live, {
      anchorId: anchor.userId,
      newRoomId: randomUUID(),
      sessionId: randomUUID(),
      title: "A room",
      categoryId: topicOf(own?.category ?? "talk"),
      tags,
      now: new Date(endMs - 5 * DAY_MS),
    });
    expect(session).toMatchObject({ opened: true });
  }
  for (const daysAgo of [2, 1, 0]) {
    const stays: Stay[] = [];
    for (let coming = audience.pickComing(); coming; coming = audience.pickComing()) {
      const { person, room } = coming;
      audience.enter(person, room);
      const from = new Date(endMs - daysAgo * DAY_MS - 2 * HOUR_MS);
      const to = new Date(from.getTime() + random.whole(5, 60) * 60_000);
      stays.push({ roomId: room.roomId, visitorId: person.userId, isGuest: false, from, to });
    }
    await addStays(live.sql, stays);
    if (daysAgo > 0) audience.leaveDownTo(0);
  }
}

/** Gifts by who would give, of the hours that are planted. */
async function give(): Promise<void> {
  const { live } = harness.resources;
  const random = new SeededRandom(SEED + 1);
  const audience = new Audience(people, BEHAVIOUR, random);
  for (let coming = audience.pickComing(); coming; coming = audience.pickComing())
    audience.enter(coming.person, coming.room);
  const hours = HOURS.map((part, value) => ({ value, part }));
  for (let i = 0; i < GIFTS; i++) {
    const giver = audience.pickGiver(10);
    if (!giver?.room) continue;
    giver.coins -= 10;
    const sentAtMs = endMs - (random.pickPart(hours) + 1) * HOUR_MS + random.whole(0, HOUR_MS - 1);
    const { roomId, anchor } = giver.room;
    gifts.push(
      giftEntry(giver.userId, {
        roomId,
        anchorId: anchor.userId,
        priceCoins: 10,
        sentAt: new Date(sentAtMs).toISOString(),
      }),
    );
  }
  for (let at = 0; at < gifts.length; at += 500) await postGifts(live.sql, gifts.slice(at, at + 500));
}

describe("the communities that are planted by tags", () => {
  const slugs = BEHAVIOUR.communities.map(({ tags }) => tags.map(tagSlugOf));
  const communityOf = (label: string) => slugs.findIndex((own) => own.includes(tagSlugOf(label)));

  it("are found by affinity: all of one's tags belong together, and none of the other's", () => {
    const names = new Map(affinity.tags.map(({ tagId, label }) => [tagId, label]));
    expect([...names.values()].map(tagSlugOf).toSorted()).toEqual(slugs.flat().toSorted());
    const near = affinity.pairs.filter(({ lift }) => lift > 1);
    for (const { tagId, otherTagId } of near)
      expect(communityOf(names.get(tagId) ?? "")).toBe(communityOf(names.get(otherTagId) ?? ""));
    expect(near).toHaveLength(slugs.reduce((sum, own) => sum + own.length * (own.length - 1), 0));
  });

  it("make a better lobby than popularity, so the lobby goes by them", () => {
    const [trial] = affinity.trials;
    expect(trial?.people).toBeGreaterThan(500);
    expect(trial?.affinityPlace).toBeGreaterThan(trial?.popularityPlace ?? 1);
    expect(trial?.isUsed).toBe(true);
  });

  it("are what the lobby shows to those who are of one", async () => {
    const members = people
      .filter(({ kind, community }) => kind === "viewer" && community !== null)
      .slice(0, 40);
    let own = 0;
    for (const { userId, community } of members) {
      const ctx = callBy(harness.resources, userId);
      const { items } = await vi.waitFor(
        async () => {
          const list = await listRooms(ctx, { limit: 20, sort: "forYou" });
          expect(list.order).toBe("forYou");
          return list;
        },
        { timeout: 30_000 },
      );
      const first = items.slice(0, 3).filter(({ tags }) => communityOf(tags[0] ?? "") === community);
      if (first.length >= 2) own += 1;
    }
    expect(own / members.length).toBeGreaterThan(0.9);
  });
});

describe("what was planted of gifts", () => {
  const from = new Date(endMs - HOURS.length * HOUR_MS).toISOString();
  const ask = (groupBy: TipsKey[]) =>
    getTips(harness.resources, { from, to: new Date(endMs).toISOString(), groupBy });

  it("comes out by gender: exactly what was given, in the shares of the behaviour file", async () => {
    const genderOf = new Map(people.map(({ userId, gender }) => [userId, gender]));
    const { rows, total } = await ask(["viewerGender"]);
    expect(total.gifts).toBe(gifts.length);
    for (const { value, part } of BEHAVIOUR.genders) {
      const counted = rows.find(({ viewerGender }) => viewerGender === value)?.gifts ?? 0;
      expect(counted).toBe(gifts.filter(({ senderId }) => genderOf.get(senderId) === value).length);
      expect(Math.abs(counted / total.gifts - part)).toBeLessThan(TOLERANCE);
    }
  });

  it("comes out by hour", async () => {
    const { rows, total } = await ask(["hour"]);
    for (const [ago, part] of HOURS.entries()) {
      const hour = new Date(endMs - (ago + 1) * HOUR_MS).toISOString();
      const counted = rows.find((row) => row.hour === hour)?.gifts ?? 0;
      expect(Math.abs(counted / total.gifts - part)).toBeLessThan(TOLERANCE);
    }
  });

  it("comes out by tier: equal spenders together, in the order of what they gave", async () => {
    const { tiers } = await getProfiles(operator(), {});
    const given = new Map<string, number>();
    for (const { senderId } of gifts) given.set(senderId, (given.get(senderId) ?? 0) + 10);
    const coins = [...given.values()].toSorted((a, b) => b - a);
    const cut = (share: number) => coins[Math.max(0, Math.ceil(share * coins.length) - 1)] ?? 0;
    const [high, mid] = [cut(0.2), cut(0.8)];
    expect(tiers.map(({ tier, viewers }) => [tier, viewers])).toEqual(
      [
        ["high", coins.filter((sum) => sum >= high).length],
        ["mid", coins.filter((sum) => sum >= mid && sum < high).length],
        ["low", coins.filter((sum) => sum < mid).length],
      ].filter(([, viewers]) => viewers !== 0),
    );
  });
});
