import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postGifts, type QueuedGift } from "@/db/live/ledger/post-gifts";
import { insertSeedRooms, insertSeedUsers } from "@/db/live/queries/seed";
import { type FoundGiftOrder, GiftSearchInput } from "@/domain/contracts/gift";
import { phoneSealOf } from "@/platform/security/phone-seal";
import {
  callBy,
  freezeWallet,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { encodeCursor } from "../cursor";
import { refundGift } from "../refund/refund-gift";
import { searchOrders } from "./search-orders";

const PHONE = "+8613812345678";
const BATCHES = 12;

let harness: MoneyHarness;
const people = {
  ann: randomUUID(),
  annie: randomUUID(),
  bo: randomUUID(),
  poor: randomUUID(),
  mia: randomUUID(),
  noel: randomUUID(),
};
const rooms = { mia: randomUUID(), noel: randomUUID() };
let all: FoundGiftOrder[] = [];

type Name = keyof typeof people;
type Case = [title: string, text: () => string, names: Name[]];

const operator = () => callBy(harness.resources, randomUUID(), "operator");
type Filter = Partial<Omit<GiftSearchInput, "cursor" | "limit">>;
const search = (filter: Filter, page: { cursor?: string; limit?: number } = {}) =>
  searchOrders(operator(), GiftSearchInput.parse({ ...filter, ...page }));

/** All pages; every one but the last is full, as nothing here is more than one look away. */
async function searchAll(filter: Filter, limit = 100): Promise<FoundGiftOrder[]> {
  const items: FoundGiftOrder[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await search(filter, { cursor, limit });
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    expect(page.items).toHaveLength(limit);
    cursor = page.nextCursor;
  }
}
const ids = (orders: readonly { giftOrderId: string; senderId: string }[]) =>
  orders.map(({ giftOrderId, senderId }) => `${giftOrderId}/${senderId}`);
const expectSame = (found: readonly FoundGiftOrder[], wanted: readonly FoundGiftOrder[]) =>
  expect(ids(found).toSorted()).toEqual(ids(wanted).toSorted());
const expectNewestFirst = (
  found: readonly FoundGiftOrder[],
  at: (order: FoundGiftOrder) => string | null,
) => {
  const times = found.map((order) => Date.parse(at(order) ?? ""));
  expect(times).toEqual(times.toSorted((a, b) => b - a));
};

beforeAll(async () => {
  harness = await startMoneyHarness();
  const { live, env } = harness.resources;
  const phones = phoneSealOf(env);
  await insertSeedUsers(
    live,
    Object.entries(people).map(([name, id]) => ({
      id,
      name: name === "bo" ? "50%_Bo" : name[0]?.toUpperCase() + name.slice(1),
      email: `${id}@users.invalid`,
      phoneIndex: name === "bo" ? phones.index(PHONE) : null,
      phoneCipher: name === "bo" ? phones.seal(id, PHONE) : null,
      role: name in rooms ? ("anchor" as const) : ("viewer" as const),
      gender: "female",
    })),
  );
  await insertSeedRooms(live, [
    {
      id: rooms.mia,
      anchorId: people.mia,
      title: "Evening piano",
      category: "music",
      tags: [],
      sessionId: null,
      startedAt: new Date(),
    },
    {
      id: rooms.noel,
      anchorId: people.noel,
      title: "100% chess",
      category: "games",
      tags: [],
      sessionId: null,
      startedAt: new Date(),
    },
  ]);
  for (const viewer of [people.ann, people.annie, people.bo])
    await openWallet(harness.resources, viewer, 100_000);
  await openWallet(harness.resources, people.poor, 0);
  const refunded: QueuedGift[] = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    const entries = Object.values(people)
      .slice(0, 4)
      .flatMap((viewer, n) =>
        [0, 1, 2].map((which) =>
          giftEntry(viewer, {
            anchorId: which === 2 ? people.noel : people.mia,
            roomId: which === 2 ? rooms.noel : rooms.mia,
            giftId: which === 0 ? "rose" : "car",
            priceCoins: 1 + batch * 10 + n,
            count: which + 1,
            anonymous: which === 1,
          }),
        ),
      );
    await postGifts(live.sql, entries);
    const [first] = entries;
    if (batch % 3 === 0 && first) refunded.push(first);
  }
  for (const { senderId, giftOrderId } of refunded.toReversed()) {
    await refundGift(operator(), { senderId, giftOrderId, refundId: randomUUID(), reason: "by mistake" });
  }
  await freezeWallet(harness.resources, people.bo);
  await postGifts(live.sql, [
    giftEntry(people.bo, { anchorId: people.mia, roomId: rooms.mia, giftId: "car" }),
  ]);
  all = await searchAll({});
});
afterAll(() => harness?.close());

describe("the list of gift orders", () => {
  it("shows all of them without any id, paid, failed and refunded, newest first", () => {
    expect(all).toHaveLength(BATCHES * 12 + 1);
    expect(all.filter(({ status }) => status === "failed")).toHaveLength(BATCHES * 3 + 1);
    expect(all.filter(({ status }) => status === "refunded")).toHaveLength(4);
    expect(all[0]).toMatchObject({
      status: "failed",
      reason: "WALLET_FROZEN",
      senderName: "50%_Bo",
      anchorName: "Mia",
    });
    expectNewestFirst(all, ({ bookedAt }) => bookedAt);
  });

  it.each([1, 2, 7, 50])("is the same in pages of %i", async (limit) => {
    const found = await searchAll({}, limit);
    expect(ids(found)).toEqual(ids(all));
  });

  it.each([
    ["settled", { status: "settled" }],
    ["failed", { status: "failed" }],
    ["refunded", { status: "refunded" }],
  ] as const)("is narrowed to what is %s", async (status, filter) => {
    for (const limit of [1, 3, 100]) {
      const found = await searchAll(filter, limit);
      expectSame(
        found,
        all.filter((order) => order.status === status),
      );
      expectNewestFirst(found, (order) => (status === "refunded" ? order.refundedAt : order.bookedAt));
    }
  });

  it.each<Case>([
    ["a nickname", () => "50%_bo", ["bo"]],
    ["the beginning of several nicknames", () => "ann", ["ann", "annie"]],
    ["an id", () => people.annie.toUpperCase(), ["annie"]],
    ["a phone number as people write it", () => "+86 138 1234 5678", ["bo"]],
    ["nobody", () => "Nobody", []],
    ["a wildcard that is only a letter", () => "%", []],
    ["an id of somebody who never was", () => randomUUID(), []],
  ])("is narrowed to a viewer by %s", async (_, viewer, names) => {
    const wanted: readonly string[] = names.map((name) => people[name]);
    const found = await searchAll({ viewer: viewer() }, 5);
    expectSame(
      found,
      all.filter(({ senderId }) => wanted.includes(senderId)),
    );
    expectNewestFirst(found, ({ bookedAt }) => bookedAt);
  });

  it.each<Case>([
    ["a nickname", () => "mia", ["mia"]],
    ["an id", () => people.noel, ["noel"]],
    ["the id of the room", () => rooms.noel, ["noel"]],
    ["words of the title", () => "PIANO", ["mia"]],
    ["a title with what is a wildcard elsewhere", () => "100%", ["noel"]],
    ["nobody", () => "Nobody", []],
  ])("is narrowed to an anchor by %s", async (_, room, names) => {
    const wanted: readonly string[] = names.map((name) => people[name]);
    const found = await searchAll({ room: room() }, 7);
    expectSame(
      found,
      all.filter(({ anchorId }) => wanted.includes(anchorId)),
    );
    expectNewestFirst(found, ({ bookedAt }) => bookedAt);
  });

  it("is narrowed by everything at once", async () => {
    const [from, to] = [all.at(-40)?.bookedAt, all[20]?.bookedAt];
    const filter = {
      status: "settled",
      viewer: "ann",
      room: "mia",
      giftId: "car",
      coinsMin: 25,
      coinsMax: 200,
    } as const;
    const found = await searchAll({ ...filter, from, to }, 2);
    const wanted = all.filter(
      (order) =>
        order.status === "settled" &&
        (order.senderId === people.ann || order.senderId === people.annie) &&
        order.anchorId === people.mia &&
        order.giftId === "car" &&
        order.totalCoins >= 25 &&
        order.totalCoins <= 200 &&
        order.bookedAt >= String(from) &&
        order.bookedAt < String(to),
    );
    expect(wanted.length).toBeGreaterThan(2);
    expectSame(found, wanted);
  });

  it("is bounded by times to the millisecond, the first included and the last not", async () => {
    for (const at of [all[30]?.bookedAt, all[80]?.bookedAt, all[130]?.bookedAt]) {
      expectSame(
        await searchAll({ from: at }, 9),
        all.filter(({ bookedAt }) => bookedAt >= String(at)),
      );
      expectSame(
        await searchAll({ to: at }, 9),
        all.filter(({ bookedAt }) => bookedAt < String(at)),
      );
      expect(await searchAll({ from: at, to: at })).toEqual([]);
    }
    expect(await searchAll({ to: "0000-01-01T00:00:00Z" })).toEqual([]);
    expect(await searchAll({ from: "9999-12-31T23:59:59.999Z" })).toEqual([]);
    expectSame(await searchAll({ from: "0000-01-01T00:00:00Z", to: "9999-12-31T23:59:59.999Z" }), all);
  });

  it("finds one order by its id and by its trace, but not against the other filters", async () => {
    for (const order of [all[0], all[50], all.at(-1)] as FoundGiftOrder[]) {
      expect((await search({ text: order.giftOrderId.toUpperCase() })).items).toEqual([order]);
      expect((await search({ text: order.traceId })).items).toEqual([order]);
      const other = order.status === "failed" ? "settled" : "failed";
      expect((await search({ text: order.giftOrderId, status: other })).items).toEqual([]);
      expect((await search({ text: order.giftOrderId, coinsMin: order.totalCoins + 1 })).items).toEqual([]);
    }
    expect((await search({ text: randomUUID() })).items).toEqual([]);
    expect((await search({ text: "neither" })).items).toEqual([]);
  });

  it("takes a user's id for what that user sent", async () => {
    const found = await searchAll({ text: people.ann }, 4);
    expectSame(
      found,
      all.filter(({ senderId }) => senderId === people.ann),
    );
  });

  it("says for whom a name was taken", async () => {
    const { viewers, anchors } = await search({ viewer: "ann", room: people.mia });
    expect(viewers).toEqual({
      people: [
        { userId: people.ann, nickname: "Ann" },
        { userId: people.annie, nickname: "Annie" },
      ],
      isMore: false,
    });
    expect(anchors?.people).toEqual([{ userId: people.mia, nickname: "Mia" }]);
  });

  it.each([
    ["nonsense", "abc"],
    ["a walk that is none", encodeCursor({ x1: "1" })],
    ["a position that is none", encodeCursor({ b1: "1; DROP TABLE gift_records" })],
    ["a time that is none", encodeCursor({ f: `999999999999999|${randomUUID()}|${randomUUID()}` })],
    ["a list", encodeCursor(["b1"])],
  ])("refuses a cursor of %s", async (_, cursor) => {
    await expect(search({}, { cursor })).rejects.toMatchObject({ bizName: "INVALID_INPUT" });
  });
});

describe("among very many gifts of which few match", () => {
  const lonely = randomUUID();
  const ROWS = 40_000;

  beforeAll(async () => {
    const { sql } = harness.resources.live;
    // One gift a second, in one bucket, until a day ago; the oldest are the only ones of a dragon.
    await sql`
      INSERT INTO gift_records (bucket, seq, gift_order_id, sender_id, anchor_id, room_id, session_id, gift_id, count,
        price_coins, total_coins, anonymous, trace_id, sent_at, created_at)
      SELECT 63, b.last_seq + n, gen_random_uuid(), ${lonely}, ${people.noel}, ${rooms.noel}, ${rooms.noel},
        CASE WHEN n <= 3 THEN 'dragon' ELSE 'rose' END, 1, 1, 1, false, 't', at, at
      FROM gift_buckets b, generate_series(1, ${ROWS}) n,
        LATERAL (SELECT now() - interval '1 day' - make_interval(secs => ${ROWS} - n) AS at) t
      WHERE b.bucket = 63`;
    await sql`UPDATE gift_buckets SET last_seq = last_seq + ${ROWS} WHERE bucket = 63`;
  });

  it("looks through a bounded part at a time, says how far it came, and finds them", async () => {
    const found: FoundGiftOrder[] = [];
    const searched: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await search({ giftId: "dragon" }, { cursor });
      found.push(...page.items);
      if (page.nextCursor) searched.push(String(page.searchedTo));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(found).toHaveLength(3);
    expect(found.every(({ senderId }) => senderId === lonely)).toBe(true);
    expect(searched.length).toBeGreaterThan(1);
    expect(searched).toEqual(searched.toSorted().toReversed());
  });

  it("goes to the time that was asked for without looking through what is newer", async () => {
    const [dragon] = await harness.resources.live.sql<{ at: Date }[]>`
      SELECT max(created_at) AS at FROM gift_records WHERE gift_id = 'dragon'`;
    const to = new Date((dragon?.at.getTime() ?? 0) + 60_000).toISOString();
    const page = await search({ giftId: "dragon", to });
    expect(page.items).toHaveLength(3);
    expect(page.nextCursor).toBeNull();
  });

  it("does not look beyond the time from which on it was asked", async () => {
    const from = new Date(Date.now() - 86_400_000 - 5_000_000).toISOString();
    const page = await search({ giftId: "dragon", from });
    expect(page).toMatchObject({ items: [], nextCursor: null });
  });
});
