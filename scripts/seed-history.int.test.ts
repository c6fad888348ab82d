import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { runAffinity } from "@/server/services/analytics/run-affinity";
import { runAnalytics } from "@/server/services/analytics/run-analytics";
import { checkInvariants } from "@/server/services/audit/check-invariants";
import { settleNewGifts } from "@/server/services/finance/settle-gifts";
import { listRooms } from "@/server/services/room/list-rooms";
import { callBy, type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { demoUserId, seedDemo } from "./seed-demo";
import { seedHistory } from "./seed-history";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
  await seedDemo(harness);
});
afterAll(() => harness?.close());

it("gives the demo a month of gifts once, however often it is cut off, with books that are whole", async () => {
  // A start that is killed half way, twice; the third carries it to its end.
  let batches = 0;
  const onBatch = () => {
    batches += 1;
    if (batches === 2) throw new Error("killed");
  };
  await expect(seedHistory(harness, { onBatch })).rejects.toThrow("killed");
  await expect(
    seedHistory(harness, {
      onBatch: () => {
        throw new Error("killed");
      },
    }),
  ).rejects.toThrow("killed");
  const gifts = await seedHistory(harness);
  expect(gifts).toBeGreaterThan(2_000);
  expect(await seedHistory(harness)).toBe(0);
  const [row] = await harness.resources.live.sql<{ gifts: string; failed: string; days: string }[]>`
    SELECT count(*) AS gifts, count(DISTINCT sent_at::date) AS days, (SELECT count(*) FROM gift_failures) AS failed
    FROM gift_records`;
  expect(Number(row?.gifts)).toBe(gifts);
  expect(Number(row?.failed)).toBe(0);
  expect(Number(row?.days)).toBeGreaterThanOrEqual(30);
  const [streams] = await harness.resources.live.sql<{ streams: number; visits: number }[]>`
    SELECT count(*)::int AS streams, (SELECT count(*)::int FROM visits) AS visits
    FROM room_sessions WHERE ended_at IS NOT NULL`;
  expect(streams?.streams).toBeGreaterThanOrEqual(45);
  expect(streams?.visits).toBeGreaterThan(1_000);
  while ((await settleNewGifts(harness.resources, 10_000)).more);
  expect(await runAnalytics(harness.resources, "one", { leaseMs: 60_000 })).toBe("done");
  expect(await runAffinity(harness.resources, "one", { leaseMs: 60_000 })).toBe("done");
  // The people of the demo have watched, too: their lobby knows what they like, and it is better than popularity.
  const ctx = callBy(harness.resources, demoUserId("+8613800000001"));
  const list = await vi.waitFor(
    async () => {
      const answer = await listRooms(ctx, { limit: 20, sort: "forYou" });
      expect(answer.order).toBe("forYou");
      return answer;
    },
    { timeout: 30_000 },
  );
  expect(list.items.map(({ reason }) => reason)).toEqual([
    { kind: "return" },
    { kind: "tag", tag: "chill" },
    null,
  ]);
  const results = await checkInvariants(harness.resources);
  expect(results.filter(({ breaches }) => breaches.length > 0)).toEqual([]);
});
