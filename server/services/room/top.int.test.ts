import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { postGifts, type QueuedGift } from "@/db/live/ledger/post-gifts";
import { countSupporters } from "@/db/live/queries/count-supporters";
import { insertSeedRooms, insertSeedUsers, type SeedUser } from "@/db/live/queries/seed";
import { countUncounted } from "@/db/live/queries/supporters";
import type { RoomTop, TopWindow } from "@/domain/contracts/room";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { readRoomEventsAfter } from "@/push/publisher/room-log";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { checkBoards } from "../audit/check-boards";
import { TopAnnouncements } from "./announce-tops";
import { countNewSupporters } from "./count-supporters";
import { getTop } from "./get-top";
import { announceRoomChange } from "./room-state";

const SENDERS = 25;
let harness: MoneyHarness;
let senders: SeedUser[];
/** Two live rooms, new for each test. */
let rooms: { id: string; anchorId: string; sessionId: string }[];

const user = (role: SeedUser["role"], name: string): SeedUser => {
  const id = randomUUID();
  return {
    id,
    name,
    email: `${id}@users.invalid`,
    phoneIndex: null,
    phoneCipher: null,
    role,
    gender: "male",
  };
};

beforeAll(async () => {
  harness = await startMoneyHarness();
  senders = Array.from({ length: SENDERS }, (_, i) => user("viewer", `Viewer ${i}`));
  await insertSeedUsers(harness.resources.live, senders);
  for (const { id } of senders) await openWallet(harness.resources, id, 10_000_000);
});
afterAll(() => harness?.close());
beforeEach(async () => {
  const { live } = harness.resources;
  const anchors = [user("anchor", "Aria"), user("anchor", "Max")];
  await insertSeedUsers(live, anchors);
  rooms = anchors.map((anchor) => ({ id: randomUUID(), anchorId: anchor.id, sessionId: randomUUID() }));
  await insertSeedRooms(
    live,
    rooms.map((room) => ({ ...room, title: "A room", category: "talk", tags: [], startedAt: new Date() })),
  );
});

const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;
const gift = (facts: Partial<QueuedGift> = {}, room = pick(rooms)): QueuedGift =>
  giftEntry(pick(senders).id, {
    roomId: room.id,
    anchorId: room.anchorId,
    sessionId: room.sessionId,
    priceCoins: 1 + Math.floor(Math.random() * 50),
    ...facts,
  });
const post = (gifts: QueuedGift[]) => postGifts(harness.resources.live.sql, gifts);
const count = () => countNewSupporters(harness.resources, ALL_BUCKETS);
const countAll = async () => {
  while ((await count()).more);
};
const top = (window: TopWindow, room = rooms[0], userId = senders[0]?.id ?? ""): Promise<RoomTop> =>
  getTop(callBy(harness.resources, userId), { roomId: room?.id ?? "", window });

/** What the database answers when it is asked for the gifts themselves. */
async function expectedTop(room: (typeof rooms)[number] | undefined) {
  return await harness.resources.live.sql<{ userId: string; coins: number }[]>`
    SELECT sender_id AS "userId", sum(total_coins)::int AS coins FROM gift_records
    WHERE room_id = ${room?.id ?? ""} AND NOT anonymous GROUP BY 1
    ORDER BY 2 DESC, max(extract(epoch FROM sent_at) * 1000000 + least(999, extract(epoch FROM created_at - sent_at) * 1000)),
      1 DESC LIMIT 10`;
}

/** Boards are shown for a second before they are read again. */
async function expectBoards(window: TopWindow = "all") {
  for (const room of rooms) {
    const expected = await expectedTop(room);
    await expect.poll(async () => (await top(window, room)).items).toMatchObject(expected);
  }
  expect((await checkBoards(harness.resources)).differences).toEqual([]);
}

describe("counting", () => {
  it("comes to what the gifts come to, in every window, however it is cut into rounds", async () => {
    for (let round = 0; round < 6; round++) {
      await post(Array.from({ length: 60 }, () => gift()));
      if (round % 2) await count();
    }
    await countAll();
    for (const window of ["session", "day", "week", "all"] as const) await expectBoards(window);
    expect(await countUncounted(harness.resources.live)).toBe(0);
  });

  it("counts nothing twice when it dies between the boards and the commit, or is done by many at once", async () => {
    const entries = Array.from({ length: 100 }, () => gift());
    await post(entries);
    const dying = countSupporters(
      harness.resources.live,
      { buckets: ALL_BUCKETS, limitPerBucket: 500 },
      async () => {
        throw new Error("the process died here");
      },
    );
    await expect(dying).rejects.toThrow("died here");
    expect(await countUncounted(harness.resources.live)).toBe(100);
    // The debit delivers a batch again: it is posted once, so it is counted once.
    await post(entries);
    await Promise.all(Array.from({ length: 6 }, () => count()));
    await countAll();
    await expectBoards();
  });

  it("goes on while gifts are posted and several workers count", async () => {
    const posting = (async () => {
      for (let i = 0; i < 20; i++) await post(Array.from({ length: 10 }, () => gift()));
    })();
    let isPosting = true;
    const counters = Array.from({ length: 3 }, async () => {
      while (isPosting) await count();
    });
    await posting;
    isPosting = false;
    await Promise.all(counters);
    await countAll();
    await expectBoards();
  });

  it("keeps windows apart, and a late gift of an earlier session or day out of the later", async () => {
    const [room] = rooms as [(typeof rooms)[number]];
    const { live } = harness.resources;
    const earlier = randomUUID();
    await live.sql`
      INSERT INTO room_sessions (id, room_id, title, started_at, ended_at)
      VALUES (${earlier}, ${room.id}, 'yesterday', now() - interval '1 day', now() - interval '20 hours')`;
    const longAgo = new Date(Date.now() - 15 * 24 * 3_600_000).toISOString();
    const senderId = senders[3]?.id ?? "";
    const now = (coins: number) =>
      gift({ senderId, bucket: giftEntry(senderId).bucket, priceCoins: coins }, room);
    const late = (coins: number) => ({ ...now(coins), sessionId: earlier, sentAt: longAgo });
    await post([now(5), late(100), now(7)]);
    await countAll();
    await post([late(1_000)]);
    await countAll();
    await post([now(20)]);
    await countAll();
    expect((await top("all", room)).items).toMatchObject([{ userId: senderId, coins: 1_132 }]);
    for (const window of ["session", "day", "week"] as const) {
      expect((await top(window, room)).items).toMatchObject([{ userId: senderId, coins: 32 }]);
    }
    expect((await checkBoards(harness.resources)).differences).toEqual([]);
  });
});

describe("a board", () => {
  it("is whole again after Redis lost it, also while somebody gives", async () => {
    await post(Array.from({ length: 200 }, () => gift()));
    await countAll();
    const [room] = rooms;
    const before = (await top("all", room)).items;
    expect(before).toHaveLength(10);
    await harness.resources.redis.flushdb();
    // The first thing that Redis hears is one more gift, before anybody asks.
    await post([gift({ priceCoins: 1 }, room)]);
    await Promise.all([countAll(), ...Array.from({ length: 10 }, () => top("all", room))]);
    await expectBoards();
  });

  it("names nobody who gave anonymously, and tells them their own place", async () => {
    const [room] = rooms;
    const [loud, shy] = [senders[1]?.id ?? "", senders[2]?.id ?? ""];
    const by = (senderId: string, priceCoins: number, anonymous = false) =>
      gift({ senderId, bucket: giftEntry(senderId).bucket, priceCoins, anonymous }, room);
    await post([by(loud, 10), by(shy, 500, true), by(shy, 3)]);
    await countAll();
    const { items, me } = await top("session", room, shy);
    expect(items).toEqual([
      { rank: 1, userId: null, nickname: "", coins: 500 },
      { rank: 2, userId: loud, nickname: "Viewer 1", coins: 10 },
      { rank: 3, userId: shy, nickname: "Viewer 2", coins: 3 },
    ]);
    expect(me).toEqual({ rank: 1, coins: 500 });
    expect((await top("session", room, loud)).me).toEqual({ rank: 2, coins: 10 });
    expect((await top("session", room, senders[9]?.id)).me).toBeUndefined();
  });

  it("is for the anchor alone where the room keeps it so, and the room is not told", async () => {
    const [room] = rooms as [(typeof rooms)[number]];
    const { live, redis } = harness.resources;
    await live.sql`UPDATE rooms SET top_is_public = false WHERE id = ${room.id}`;
    await announceRoomChange(harness.resources, room.id);
    await post([gift({}, room)]);
    await countAll();
    expect(await top("session", room)).toEqual({ window: "session", items: [], isPublic: false });
    const anchor = callBy(harness.resources, room.anchorId, "anchor");
    expect((await getTop(anchor, { roomId: room.id, window: "session" })).items).toHaveLength(1);
    const announcements = new TopAnnouncements(harness.resources);
    announcements.add([room.id]);
    await announcements.tell();
    expect((await readRoomEventsAfter(redis, room.id, 0)).events).toEqual([]);
  });
});

describe("telling the room", () => {
  it("tells the latest board at most once in a while, from whichever process, and not the same again", async () => {
    const [room] = rooms as [(typeof rooms)[number]];
    const { redis } = harness.resources;
    const workers = [new TopAnnouncements(harness.resources), new TopAnnouncements(harness.resources)];
    const told = async () => (await readRoomEventsAfter(redis, room.id, 0)).events;
    const giveAndTell = async (coins: number) => {
      await post([gift({ priceCoins: coins }, room)]);
      const { roomIds } = await count();
      for (const worker of workers) {
        worker.add(roomIds);
        await worker.tell();
      }
    };
    await giveAndTell(5);
    await giveAndTell(7);
    expect(await told()).toMatchObject([{ event: "room.top", items: [{ rank: 1, coins: 5 }] }]);
    // The moment is over.
    await redis.del(`top-told:${room.id}`);
    for (const worker of workers) await worker.tell();
    expect(await told()).toHaveLength(2);
    expect((await told()).at(-1)).toMatchObject({ sessionId: room.sessionId, window: "session" });
    // The other worker still remembers a change, but the first has told this very board.
    await redis.del(`top-told:${room.id}`);
    await workers[0]?.tell();
    expect(await told()).toHaveLength(2);
  });
});
