import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { QueuedGift } from "@/db/live/ledger/post-gifts";
import { listSupporters, type TopPeriod } from "@/db/live/queries/supporters";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { roomTopKey } from "@/platform/redis/keys";
import { BoardWorld } from "@/server/testing/board-world";
import { type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { checkBoards } from "../audit/check-boards";
import { countNewSupporters } from "./count-supporters";
import { discountNewRefunds } from "./discount-refunds";
import { type BoardEntry, readBoard, readWholeBoard } from "./top-board";

let harness: MoneyHarness;
let world: BoardWorld;
beforeAll(async () => {
  harness = await startMoneyHarness();
  world = new BoardWorld(harness);
  await world.open();
});
afterAll(() => harness?.close());

type Action =
  | { kind: "give"; sender: number; coins: number; anonymous: boolean; agoMs: number }
  | { kind: "refund"; gift: number }
  | { kind: "count"; buckets: number }
  | { kind: "look" }
  | { kind: "lose" };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("give" as const),
      sender: fc.nat(4),
      coins: fc.integer({ min: 1, max: 3 }),
      anonymous: fc.boolean(),
      agoMs: fc.integer({ min: 0, max: 5 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("refund" as const), gift: fc.nat(40) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("count" as const), buckets: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.constant({ kind: "look" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "lose" as const }) },
);

async function perform(step: Action, given: QueuedGift[], refunded: Set<QueuedGift>): Promise<void> {
  const { resources } = harness;
  const period: TopPeriod = { window: "session", id: world.room.sessionId };
  switch (step.kind) {
    case "give": {
      const sentAt = new Date(Date.now() - step.agoMs).toISOString();
      const one = world.gift(step.sender, step.coins, { anonymous: step.anonymous, sentAt });
      await world.post(one);
      given.push(one);
      return;
    }
    case "refund": {
      const one = given[step.gift % Math.max(1, given.length)];
      if (!one || refunded.has(one)) return;
      refunded.add(one);
      await world.refund(one);
      await discountNewRefunds(resources);
      return;
    }
    case "count":
      await countNewSupporters(
        resources,
        ALL_BUCKETS.filter((bucket) => step.buckets === 3 || bucket % 3 === step.buckets),
      );
      return;
    case "look":
      await readBoard(resources, world.room.id, period);
      return;
    case "lose":
      await resources.redis.del(roomTopKey(world.room.id, period));
  }
}

/** What the gifts themselves come to, folded by hand: sums, and the latest of what changed them. */
async function foldGifts() {
  const rows = await harness.resources.live.sql<
    {
      sender_id: string;
      anonymous: boolean;
      coins: number;
      sent: string;
      waited: string;
      back: string | null;
    }[]
  >`
    SELECT r.sender_id, r.anonymous, r.total_coins::int AS coins, (extract(epoch FROM r.sent_at) * 1000)::bigint AS sent,
      (extract(epoch FROM r.created_at - r.sent_at) * 1000)::bigint AS waited,
      (extract(epoch FROM f.created_at) * 1000)::bigint AS back
    FROM gift_records r LEFT JOIN gift_refunds f USING (gift_order_id, sender_id) WHERE r.room_id = ${world.room.id}`;
  const sums = new Map<string, BoardEntry & { reachedUs: number }>();
  for (const { sender_id: senderId, anonymous, coins, sent, waited, back } of rows) {
    const key = `${senderId}/${anonymous}`;
    const sum = sums.get(key) ?? { senderId, anonymous, coins: 0, reachedUs: 0 };
    const reachedUs = Number(sent) * 1_000 + Math.min(999, Number(waited));
    sums.set(key, {
      ...sum,
      coins: sum.coins + (back === null ? coins : 0),
      reachedUs: Math.max(sum.reachedUs, reachedUs, Number(back ?? 0) * 1_000),
    });
  }
  return [...sums.values()]
    .filter(({ coins }) => coins > 0)
    .sort(
      (a, b) =>
        b.coins - a.coins ||
        a.reachedUs - b.reachedUs ||
        (a.senderId === b.senderId
          ? Number(b.anonymous) - Number(a.anonymous)
          : a.senderId < b.senderId
            ? 1
            : -1),
    );
}

it("is the same counted by Redis, read into it and asked of the database, whatever happens in which order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 30 }), async (steps) => {
      const { resources } = harness;
      await world.openRoom();
      const period: TopPeriod = { window: "session", id: world.room.sessionId };
      const given: QueuedGift[] = [];
      const refunded = new Set<QueuedGift>();
      for (const step of steps) await perform(step, given, refunded);
      await world.countAll();
      for (let i = 0; i <= refunded.size; i++) await discountNewRefunds(resources);
      const expected = await foldGifts();
      expect(await listSupporters(resources.live, world.room.id, period)).toEqual(expected);
      await readBoard(resources, world.room.id, period);
      expect(await readWholeBoard(resources, world.room.id, period)).toEqual(expected);
      await resources.redis.del(roomTopKey(world.room.id, period));
      await readBoard(resources, world.room.id, period);
      expect(await readWholeBoard(resources, world.room.id, period)).toEqual(expected);
      expect((await checkBoards(resources)).differences).toEqual([]);
    }),
    { numRuns: 30 },
  );
});
