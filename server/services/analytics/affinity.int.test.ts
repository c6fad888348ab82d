import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type JobHold, takeJobBetweenRuns } from "@/db/finance/queries/analytics-job";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { insertRefund } from "@/db/live/queries/gift-refunds";
import { resolveTags } from "@/db/live/queries/tags";
import { addStays } from "@/db/live/queries/visits";
import { AFFINITY_DAYS, addDays, affinityScoreOf, affinityUnitOf, boundsOf } from "@/domain/rules/affinity";
import { dayOf } from "@/domain/rules/calendar";
import { distinctTags } from "@/domain/rules/tags";
import { newTraceId } from "@/platform/observability/trace";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
  userInBucket,
} from "@/server/testing/money-harness";
import { openWatchedRooms, plantCrowds, type WatchedRoom, watchRoom } from "@/server/testing/watched-rooms";
import { mergeTag } from "../tag/manage-tags";
import { getAffinity } from "./get-affinity";
import { requestAnalyticsRun } from "./manage-runs";
import { recountAnalytics } from "./recount-analytics";
import { countDay, runAffinity } from "./run-affinity";
import { runAnalytics } from "./run-analytics";

const LEASE_MS = 60_000;
const HOUR_MS = 3_600_000;
const TAGS = ["piano", "tea", "ranked", "esports"];

type TestStay = Parameters<typeof watchRoom>[1];

let harness: MoneyHarness;
let rooms: WatchedRoom[];
let tagIds: string[];
const viewers = [0, 0, 1, 2].map(userInBucket);
/** Everything that was watched, as it was told to the product. */
const stays: TestStay[] = [];

const live = () => harness.resources.live;
const finance = () => harness.resources.finance;
const operator = () => callBy(harness.resources, randomUUID(), "operator");
const askForRun = () => requestAnalyticsRun(operator(), { reason: "test" });
const expireLease = () => finance().sql`UPDATE analytics_job SET lease_until = 'epoch'`;
const run = () => runAnalytics(harness.resources, "one", { leaseMs: LEASE_MS });
const relate = (between?: () => unknown) =>
  runAffinity(harness.resources, "one", { leaseMs: LEASE_MS, between });

async function runWhole(): Promise<void> {
  await askForRun();
  await expireLease();
  expect(await run()).toBe("done");
  expect(await relate()).toBe("done");
  expect(await relate()).toBe("nothing");
}

async function watch(stay: TestStay): Promise<void> {
  await watchRoom(harness.resources, stay);
  stays.push(stay);
}

const chat = (room: WatchedRoom, viewerId: string, atMs: number) => live().sql`
  INSERT INTO chat_messages (sender_id, message_id, room_id, session_id, sender_name, sender_role, text, trace_id, created_at)
  VALUES (${viewerId}, ${randomUUID()}, ${room.roomId}, ${room.sessionId}, 'x', 'viewer', 'x', ${newTraceId()}, ${new Date(atMs)})`;

const retag = (room: WatchedRoom, atMs: number, ids: readonly string[]) => live().sql`
  INSERT INTO room_tag_facts (room_id, valid_from, tag_ids) VALUES (${room.roomId}, ${new Date(atMs)}, ${[...ids]}::uuid[])
  ON CONFLICT DO NOTHING`;

beforeAll(async () => {
  harness = await startMoneyHarness();
  for (const viewer of viewers) await openWallet(harness.resources, viewer, 10_000_000);
  rooms = await openWatchedRooms(harness.resources, [["piano", "tea"], ["ranked"], ["piano", "esports"]]);
  // The clock's run; all others are asked for.
  await run();
  tagIds = (await resolveTags(live(), distinctTags(TAGS), randomUUID())).map(({ tagId }) => tagId);
});
afterAll(() => harness?.close());

/** What each viewer likes, worked out one fact after the other from what the live database has. */
async function sumPlainly(today: string): Promise<Map<string, number>> {
  const first = addDays(today, 1 - AFFINITY_DAYS);
  const facts = new Map<string, { coins: number; watchedMs: number; chats: number }>();
  const add = (
    day: string,
    anchorId: string,
    viewerId: string,
    what: "coins" | "watchedMs" | "chats",
    by: number,
  ) => {
    if (day < first || day > today) return;
    const key = `${day} ${anchorId} ${viewerId}`;
    const fact = facts.get(key) ?? { coins: 0, watchedMs: 0, chats: 0 };
    fact[what] += by;
    facts.set(key, fact);
  };
  for (const { room, viewerId, fromMs, toMs } of stays) {
    for (let at = fromMs; at < toMs; ) {
      const day = dayOf(at);
      const end = Math.min(toMs, boundsOf(day).to.getTime());
      add(day, room.anchorId, viewerId, "watchedMs", end - at);
      at = end;
    }
  }
  const chats = await live().sql<{ room_id: string; sender_id: string; at: Date }[]>`
    SELECT room_id, sender_id, created_at AS at FROM chat_messages`;
  const anchorOf = new Map(rooms.map(({ roomId, anchorId }) => [roomId, anchorId]));
  for (const { room_id, sender_id, at } of chats)
    add(dayOf(at.getTime()), anchorOf.get(room_id) ?? "", sender_id, "chats", 1);
  const gifts = await live().sql<{ anchor_id: string; sender_id: string; coins: number; at: Date }[]>`
    SELECT anchor_id, sender_id, total_coins::float8 AS coins, sent_at AS at FROM gift_records r WHERE NOT EXISTS (
      SELECT 1 FROM gift_refunds x WHERE x.gift_order_id = r.gift_order_id AND x.sender_id = r.sender_id)`;
  for (const { anchor_id, sender_id, coins, at } of gifts)
    add(dayOf(at.getTime()), anchor_id, sender_id, "coins", coins);
  const tags = await live().sql<{ anchor_id: string; from: Date; tag_ids: string[] }[]>`
    SELECT r.anchor_id, f.valid_from AS from, f.tag_ids FROM room_tag_facts f JOIN rooms r ON r.id = f.room_id
    ORDER BY f.valid_from`;
  const sums = new Map<string, number>();
  for (const [key, fact] of facts) {
    const [day = "", anchorId = "", viewerId = ""] = key.split(" ");
    const weight = affinityScoreOf(fact) * affinityUnitOf(day);
    if (weight === 0) continue;
    const own = tags.filter(({ anchor_id }) => anchor_id === anchorId);
    const held = own.findLast(({ from }) => from < boundsOf(day).to) ?? own[0];
    for (const about of [`anchor ${anchorId}`, ...new Set(held?.tag_ids.map((id) => `tag ${id}`) ?? [])])
      sums.set(`${viewerId} ${about}`, (sums.get(`${viewerId} ${about}`) ?? 0) + weight);
  }
  return sums;
}

const hourAgo = (room: number): TestStay => ({
  room: rooms[room] as WatchedRoom,
  viewerId: viewers[0] as string,
  fromMs: Date.now() - HOUR_MS,
  toMs: Date.now(),
});

async function readStored(): Promise<Map<string, number>> {
  const rows = await finance().sql<{ key: string; weight: number }[]>`
    SELECT p.user_id || ' tag ' || t.tag_id AS key, u.weight FROM viewer_affinity v
      JOIN analytics_people p ON p.number = v.viewer, unnest(v.tags, v.tag_weights) AS u (tag, weight)
      JOIN analytics_tags t ON t.number = u.tag
    UNION ALL SELECT p.user_id || ' anchor ' || a.user_id, u.weight FROM viewer_affinity v
      JOIN analytics_people p ON p.number = v.viewer, unnest(v.anchors, v.anchor_weights) AS u (anchor, weight)
      JOIN analytics_people a ON a.number = u.anchor`;
  return new Map(rows.map(({ key, weight }) => [key, weight]));
}

const sorted = (sums: ReadonlyMap<string, number>) => [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1));
async function expectPlain(): Promise<void> {
  expect(sorted(await readStored())).toEqual(sorted(await sumPlainly(dayOf(Date.now()))));
}

/** A worker that dies after so many days of counting, and leaves the rest. */
async function dieAfter(days: number): Promise<void> {
  await askForRun();
  await expireLease();
  expect(await run()).toBe("done");
  let left = days;
  const between = () => {
    left -= 1;
    if (left <= 0) throw new Error("killed");
  };
  await relate(between).catch((error: Error) => expect(error.message).toBe("killed"));
}

type Step =
  | { do: "watch"; viewer: number; room: number; agoHours: number; minutes: number }
  | { do: "send"; viewer: number; room: number; agoHours: number; coins: number }
  | { do: "chat"; viewer: number; room: number; agoHours: number; messages: number }
  | { do: "retag"; room: number; agoHours: number; tags: number[] }
  | { do: "refund"; pick: number }
  | { do: "run" }
  | { do: "die"; days: number };
const agoHours = fc.constantFrom(
  0,
  1,
  7,
  20,
  30,
  50,
  300,
  1_000,
  24 * AFFINITY_DAYS - 5,
  24 * AFFINITY_DAYS + 60,
);
const who = { viewer: fc.nat(3), room: fc.nat(2), agoHours };
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("watch" as const),
      ...who,
      minutes: fc.integer({ min: 1, max: 3_000 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      ...who,
      coins: fc.integer({ min: 1, max: 500 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("chat" as const),
      ...who,
      messages: fc.integer({ min: 1, max: 25 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("retag" as const),
      room: fc.nat(2),
      agoHours,
      tags: fc.subarray([0, 1, 2, 3]),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("refund" as const), pick: fc.nat(1_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("run" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("die" as const), days: fc.integer({ min: 1, max: 5 }) }),
  },
);

const refund = ({ senderId, giftOrderId }: { senderId: string; giftOrderId: string }) =>
  insertRefund(live(), {
    senderId,
    giftOrderId,
    refundId: randomUUID(),
    reason: "test",
    actorId: randomUUID(),
    traceId: newTraceId(),
  });

async function take(step: Step): Promise<void> {
  const nowMs = Date.now();
  switch (step.do) {
    case "watch": {
      const toMs = nowMs - step.agoHours * HOUR_MS;
      const fromMs = toMs - step.minutes * 60_000;
      return await watch({
        room: rooms[step.room] as WatchedRoom,
        viewerId: viewers[step.viewer] as string,
        fromMs,
        toMs,
      });
    }
    case "send": {
      const sentAt = new Date(nowMs - step.agoHours * HOUR_MS).toISOString();
      const { anchorId, roomId } = rooms[step.room] as WatchedRoom;
      const gift = giftEntry(viewers[step.viewer] as string, {
        anchorId,
        roomId,
        priceCoins: step.coins,
        sentAt,
      });
      await postGifts(live().sql, [gift]);
      return;
    }
    case "chat":
      for (let i = 0; i < step.messages; i++)
        await chat(
          rooms[step.room] as WatchedRoom,
          viewers[step.viewer] as string,
          nowMs - step.agoHours * HOUR_MS,
        );
      // Whoever writes is there.
      return await take({ ...step, do: "watch", minutes: 1 });
    case "retag": {
      // What a room was about is told when it changes, and changes nothing of days that are over.
      await retag(
        rooms[step.room] as WatchedRoom,
        nowMs,
        step.tags.map((at) => tagIds[at] as string),
      );
      return;
    }
    case "refund": {
      const gifts = await live().sql<{ giftOrderId: string; senderId: string }[]>`
        SELECT gift_order_id AS "giftOrderId", sender_id AS "senderId" FROM gift_records ORDER BY bucket, seq`;
      const gift = gifts[step.pick % Math.max(1, gifts.length)];
      if (gift) await refund(gift);
      return;
    }
    case "run":
      return await runWhole();
    case "die":
      return await dieAfter(step.days);
  }
}

describe("what viewers like", () => {
  it("is what a plain sum over all that was watched, given, written and refunded comes to, whenever it is cut off", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 14 }), async (steps) => {
        for (const step of steps) await take(step);
        await runWhole();
        await expectPlain();
      }),
      { numRuns: 8 },
    );
  }, 120_000);

  it("does not change when nothing came, and nothing is written again", async () => {
    await runWhole();
    const stamps = () => finance().sql`SELECT viewer, xmin::text FROM viewer_affinity ORDER BY viewer`;
    const before = await stamps();
    await runWhole();
    expect(await stamps()).toEqual(before);
  });

  it("is the same after analytics counted all gifts anew", async () => {
    await runWhole();
    const before = sorted(await readStored());
    await finance().sql`DELETE FROM gift_pair_day WHERE day < (SELECT max(day) FROM gift_pair_day)`;
    await recountAnalytics(harness.resources);
    await runWhole();
    expect(sorted(await readStored())).toEqual(before);
  });

  it("is not added by a worker that lost the job, whatever it was about to add", async () => {
    await runWhole();
    const old = (await takeJobBetweenRuns(finance(), { holder: "slow", leaseMs: LEASE_MS })) as JobHold;
    await expireLease();
    await watch(hourAgo(0));
    await runWhole();
    await watch(hourAgo(1));
    const today = { day: dayOf(Date.now()), isOver: false, leaseMs: LEASE_MS };
    await expect(countDay(harness.resources, old, today)).rejects.toThrow("taken the analytics job over");
    await runWhole();
    await expectPlain();
  });

  it("does not keep gifts and refunds waiting: they are counted between two days", async () => {
    for (const ago of [0, 30, 60]) await take({ do: "watch", viewer: 1, room: 0, agoHours: ago, minutes: 5 });
    await askForRun();
    expect(await run()).toBe("done");
    const { anchorId } = rooms[0] as WatchedRoom;
    const gift = giftEntry(viewers[1] as string, { anchorId, priceCoins: 5 });
    await postGifts(live().sql, [gift]);
    await refund(gift);
    const outcomes: unknown[] = [];
    await relate(async () => outcomes.push(await run()));
    expect(outcomes[0]).toBe("counted");
    await runWhole();
    await expectPlain();
  });

  it("has nothing of guests, nor of an anchor in the own room", async () => {
    const guest = randomUUID();
    const { roomId, anchorId } = rooms[0] as WatchedRoom;
    const stay = { roomId, from: new Date(Date.now() - HOUR_MS), to: new Date() };
    await addStays(live().sql, [{ ...stay, visitorId: guest, isGuest: true }]);
    await addStays(live().sql, [{ ...stay, visitorId: anchorId, isGuest: false }]);
    await runWhole();
    const keys = [...(await readStored()).keys()];
    expect(keys.filter((key) => key.startsWith(guest) || key.startsWith(anchorId))).toEqual([]);
  });
});

describe("tags that the same people watch", () => {
  beforeEach(async () => {
    const made = await openWatchedRooms(harness.resources, [
      ["flute", "incense"],
      ["arcade", "speedrun"],
    ]);
    await plantCrowds(made as [WatchedRoom, WatchedRoom], watch);
    await runWhole();
  });

  it("are found, and others are not; each run says how the order by them did against popularity", async () => {
    const around = await getAffinity(operator(), { tag: "Flute" });
    expect(around.tags.map(({ label }) => label)).toEqual(["flute", "incense"]);
    const [pair] = around.pairs;
    expect(pair?.people).toBeGreaterThanOrEqual(20);
    expect(pair?.lift).toBeGreaterThan(1);
    const [trial] = around.trials;
    expect(trial?.people).toBeGreaterThanOrEqual(50);
    expect(trial).toMatchObject({ isUsed: true });
    expect(trial?.affinityPlace).toBeGreaterThan(trial?.popularityPlace ?? 1);
    const [first] = trial?.cards ?? [];
    expect(first?.cards).toBe(1);
    expect(first?.affinity).toBeGreaterThan(first?.popularity ?? 0);
  });

  it("are one tag after they were merged", async () => {
    const { people } = (await getAffinity(operator(), { tag: "flute" })).tags[0] ?? { people: 0 };
    await resolveTags(live(), distinctTags(["recorder"]), randomUUID());
    await mergeTag(operator(), { fromTag: "flute", intoTag: "recorder", reason: "the same" });
    await runWhole();
    const { tags } = await getAffinity(operator(), { tag: "flute" });
    expect(tags[0]).toMatchObject({ label: "recorder", people });
  });

  it("that there are not are said not to be there", async () => {
    await expect(getAffinity(operator(), { tag: "nothing of the kind" })).rejects.toMatchObject({
      bizName: "NOT_FOUND",
    });
  });
});
