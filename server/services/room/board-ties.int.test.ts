import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SupporterSums } from "@/db/live/queries/count-supporters";
import { listSupporters, type TopPeriod } from "@/db/live/queries/supporters";
import { tamper } from "@/db/testing/tamper";
import { dayOf, weekOf } from "@/domain/rules/calendar";
import { roomTopKey } from "@/platform/redis/keys";
import { BoardWorld } from "@/server/testing/board-world";
import { callBy, type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { checkBoards } from "../audit/check-boards";
import { discountNewRefunds } from "./discount-refunds";
import { getTop } from "./get-top";
import { type BoardEntry, raiseBoards, readBoard, readPlace } from "./top-board";

let harness: MoneyHarness;
let world: BoardWorld;
beforeAll(async () => {
  harness = await startMoneyHarness();
  world = new BoardWorld(harness);
  await world.open();
});
afterAll(() => harness?.close());
beforeEach(() => world.openRoom());

const periods = (): TopPeriod[] => [
  { window: "all", id: "" },
  { window: "day", id: dayOf(Date.now()) },
  { window: "week", id: weekOf(Date.now()) },
  { window: "session", id: world.room.sessionId },
];
const nameOf = ({ senderId, anonymous }: Pick<BoardEntry, "senderId" | "anonymous">) =>
  (world.senders.find(({ id }) => id === senderId)?.name ?? senderId) + (anonymous ? "?" : "");

/** The order of every board: as Redis counted it, as the database has it, and as Redis reads it from there; all the same. */
async function order(): Promise<string[]> {
  const { resources } = harness;
  const orders: string[][] = [];
  for (const period of periods()) {
    orders.push((await readBoard(resources, world.room.id, period)).map(nameOf));
    orders.push((await listSupporters(resources.live, world.room.id, period)).map(nameOf));
    await resources.redis.del(roomTopKey(world.room.id, period));
    orders.push((await readBoard(resources, world.room.id, period)).map(nameOf));
  }
  expect(new Set(orders.map((names) => names.join(" "))).size, JSON.stringify(orders)).toBe(1);
  expect((await checkBoards(resources)).differences).toEqual([]);
  return orders[0] ?? [];
}

describe("of equal sums", () => {
  it("the one that was reached first is ahead, whoever has the larger id", async () => {
    await order();
    for (const first of [0, 1, 2]) {
      await world.openRoom();
      await order();
      const others = [0, 1, 2].filter((n) => n !== first);
      for (const n of [first, ...others]) {
        await world.post(world.gift(n, 10));
        await world.countAll();
      }
      expect(await order()).toEqual([first, ...others].map((n) => world.senders[n]?.name));
    }
  });

  it("an anonymous one stands by the same rule, before and behind names", async () => {
    for (const anonymous of [0, 1, 2]) {
      await world.openRoom();
      await order();
      for (const n of [0, 1, 2]) await world.post(world.gift(n, 7, { anonymous: n === anonymous }));
      await world.countAll();
      expect(await order()).toEqual(
        ["Ada", "Ben", "Cho"].map((name, n) => (n === anonymous ? `${name}?` : name)),
      );
    }
    // One's own two sums stand apart, by the same rule.
    await world.post(world.gift(3, 7, { anonymous: true }));
    await world.post(world.gift(3, 7));
    await world.countAll();
    expect((await order()).slice(3)).toEqual(["Dee?", "Dee"]);
    const period = { window: "all", id: "" } as const;
    expect(await readPlace(harness.resources.redis, world.room.id, period, world.idOf(3))).toEqual({
      rank: 4,
      coins: 7,
    });
  });

  it("who had given earlier, but less, does not keep the place of the one who was there first", async () => {
    await order();
    await world.post(world.gift(0, 5));
    await world.post(world.gift(1, 10));
    await world.countAll();
    await world.post(world.gift(0, 5));
    await world.countAll();
    expect(await order()).toEqual(["Ben", "Ada"]);
    await world.post(world.gift(0, 1));
    await world.countAll();
    expect(await order()).toEqual(["Ada", "Ben"]);
  });

  it("those of one batch stand as their gifts were accepted, whatever buckets they are in", async () => {
    await order();
    const at = (n: number) => ({ sentAt: new Date(Date.now() - 5_000 + n).toISOString() });
    await world.post(
      world.gift(0, 4, at(30)),
      world.gift(1, 4, at(10)),
      world.gift(2, 4, at(20)),
      world.gift(3, 4, at(0)),
    );
    await world.countAll();
    expect(await order()).toEqual(["Dee", "Ben", "Cho", "Ada"]);
  });

  it("one that a refund brought down was reached by the refund", async () => {
    await order();
    const big = world.gift(0, 20);
    await world.post(world.gift(0, 10), big);
    await world.post(world.gift(1, 10));
    await world.countAll();
    expect(await order()).toEqual(["Ada", "Ben"]);
    await world.refund(big);
    await discountNewRefunds(harness.resources);
    expect(await order()).toEqual(["Ben", "Ada"]);
    await world.post(world.gift(2, 10));
    await world.countAll();
    expect(await order()).toEqual(["Ben", "Ada", "Cho"]);
  });

  it("the one who was first is told the better place, and viewers see them so", async () => {
    for (const n of [2, 0, 1]) await world.post(world.gift(n, 3, { anonymous: n === 0 }));
    await world.countAll();
    const top = await getTop(callBy(harness.resources, world.idOf(0)), {
      roomId: world.room.id,
      window: "session",
    });
    expect(top.items.map(({ nickname, coins }) => [nickname, coins])).toEqual([
      ["Cho", 3],
      ["", 3],
      ["Ben", 3],
    ]);
    expect(top.me).toEqual({ rank: 2, coins: 3 });
  });
});

/** The same sum in each period, as counting hands it on. */
function sumsOf(n: number, coins: number, reachedUs: number): SupporterSums {
  return {
    roomId: world.room.id,
    senderId: world.idOf(n),
    anonymous: false,
    allCoins: coins,
    allReachedUs: reachedUs,
    day: dayOf(Date.now()),
    dayCoins: coins,
    dayReachedUs: reachedUs,
    week: weekOf(Date.now()),
    weekCoins: coins,
    weekReachedUs: reachedUs,
    sessionId: world.room.sessionId,
    sessionCoins: coins,
    sessionReachedUs: reachedUs,
  };
}

describe("a board", () => {
  it("tells sums of 53 bits apart, and their moments, raised or read", async () => {
    const period: TopPeriod = { window: "all", id: "" };
    const most = Number.MAX_SAFE_INTEGER;
    const reachedUs = Date.now() * 1_000;
    const sums = [
      { n: 0, coins: most - 1, reachedUs: reachedUs + 1 },
      { n: 1, coins: most, reachedUs: reachedUs + 1 },
      { n: 2, coins: most - 1, reachedUs },
      { n: 3, coins: most, reachedUs },
    ];
    const { live, redis } = harness.resources;
    const everywhere = ({ n, coins, reachedUs }: (typeof sums)[number]) => sumsOf(n, coins, reachedUs);
    await readBoard(harness.resources, world.room.id, period);
    await raiseBoards(redis, sums.map(everywhere), new Map([[world.room.id, 1]]));
    const expected = [3, 1, 2, 0].map((n) => ({
      senderId: world.idOf(n),
      anonymous: false,
      coins: sums[n]?.coins,
    }));
    expect(await readBoard(harness.resources, world.room.id, period)).toEqual(expected);
    for (const sum of sums) {
      const u = everywhere(sum);
      await live.sql`
        INSERT INTO room_supporters (room_id, sender_id, anonymous, all_coins, all_reached_us, day, day_coins,
          day_reached_us, week, week_coins, week_reached_us, session_id, session_started_at, session_coins, session_reached_us)
        VALUES (${u.roomId}, ${u.senderId}, false, ${u.allCoins}, ${u.allReachedUs}, ${u.day}, ${u.dayCoins},
          ${u.dayReachedUs}, ${u.week}, ${u.weekCoins}, ${u.weekReachedUs}, ${u.sessionId}, now(), ${u.sessionCoins},
          ${u.sessionReachedUs})`;
    }
    await redis.del(roomTopKey(world.room.id, period));
    expect(await readBoard(harness.resources, world.room.id, period)).toEqual(expected);
    await tamper(harness.liveOwnerUrl, `DELETE FROM room_supporters WHERE room_id = '${world.room.id}'`);
  });

  it("is left alone by a round that comes late, after a refund", async () => {
    const period: TopPeriod = { window: "session", id: world.room.sessionId };
    await readBoard(harness.resources, world.room.id, period);
    const taken = world.gift(0, 50);
    await world.post(taken, world.gift(1, 5));
    const { live, redis } = harness.resources;
    await world.countAll();
    const [late] = await listSupporters(live, world.room.id, period);
    await world.refund(taken);
    await discountNewRefunds(harness.resources);
    expect((await readBoard(harness.resources, world.room.id, period)).map(nameOf)).toEqual(["Ben"]);
    const sums = sumsOf(0, late?.coins ?? 0, late?.reachedUs ?? 0);
    await raiseBoards(redis, [sums], new Map([[world.room.id, 1]]));
    expect((await readBoard(harness.resources, world.room.id, period)).map(nameOf)).toEqual(["Ben"]);
  });

  it("that has another order, or leads nowhere, is found by the audit", async () => {
    const period: TopPeriod = { window: "session", id: world.room.sessionId };
    await readBoard(harness.resources, world.room.id, period);
    for (const n of [0, 1]) await world.post(world.gift(n, 6));
    await world.countAll();
    const { redis } = harness.resources;
    const key = roomTopKey(world.room.id, period);
    const [second] = (await redis.zrevrange(key, 1, 1)) as [string];
    // The second stands before the first, as if the sum had been reached in 1970.
    await redis.zrem(key, second);
    await redis.zadd(key, 6, Number.MAX_SAFE_INTEGER + world.idOf(1), 0, world.idOf(1));
    expect((await checkBoards(harness.resources)).differences).toMatchObject([
      { facts: { what: "a board shows otherwise", window: "session" } },
    ]);
    await redis.del(key);
    await readBoard(harness.resources, world.room.id, period);
    await redis.zrem(key, world.idOf(0));
    expect((await checkBoards(harness.resources)).differences).toHaveLength(1);
    await redis.del(key);
  });

  it("stands in the right order after the upgrade that brought it", async () => {
    const taken = world.gift(2, 1);
    await world.post(world.gift(2, 9), taken);
    for (const n of [0, 1]) await world.post(world.gift(n, 9));
    await world.countAll();
    await world.refund(taken);
    await discountNewRefunds(harness.resources);
    const before = await listSupporters(harness.resources.live, world.room.id, {
      window: "day",
      id: dayOf(Date.now()),
    });
    expect(before.map(nameOf)).toEqual(["Ada", "Ben", "Cho"]);
    const statements = readFileSync("db/live/migrations/0032_since-when-sums-stand.sql", "utf8");
    const update = statements.split("--> statement-breakpoint").find((text) => text.includes("UPDATE"));
    const forget = ["all", "day", "week", "session"].map((w) => `${w}_reached_us = 0`).join(", ");
    await tamper(harness.liveOwnerUrl, `UPDATE room_supporters SET ${forget}; ${update}`);
    expect(await order()).toEqual(["Ada", "Ben", "Cho"]);
  });
});
