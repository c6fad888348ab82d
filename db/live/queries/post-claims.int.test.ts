import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RainClaimEntry } from "@/domain/contracts/rain";
import { bucketOf } from "@/domain/rules/bucket";
import { packetTradeId } from "@/domain/rules/packet-id";
import { checkInvariants } from "@/server/services/audit/check-invariants";
import {
  freezeWallet,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { claimEntry, openRain, type TestRain } from "@/server/testing/rains";
import { systemAccountId } from "../ledger/system-accounts";
import { postClaims } from "./post-claims";
import { listLuckiest } from "./rain-results";
import { findWallet } from "./wallets";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

const post = (claims: readonly RainClaimEntry[]) => postClaims(harness.resources.live.sql, claims);
const rainOf = (
  budgetCoins: number,
  packetCount: number,
  status?: "started" | "ending" | "ended" | "ready",
) => openRain(harness.resources, { budgetCoins, packetCount, status });
const balanceOf = async (userId: string) =>
  (await findWallet(harness.resources.live, userId))?.balanceCoins ?? null;
async function outcomesOf(claims: readonly RainClaimEntry[]): Promise<string[]> {
  const { outcomes } = await post(claims);
  return outcomes.map((d) => (d.outcome === "refused" ? d.reason : d.outcome));
}
async function stored({ rainId }: TestRain) {
  const [row] = await harness.resources.live.sql`SELECT * FROM rains WHERE rain_id = ${rainId}`;
  const claims = await harness.resources.live.sql`
    SELECT packet_index, user_id, coins::int AS coins, claimed_at FROM rain_claims
    WHERE rain_id = ${rainId} ORDER BY packet_index`;
  return { row, claims };
}
async function escrowCoins(): Promise<number> {
  const [row] = await harness.resources.live.sql`
    SELECT sum(balance_coins)::int AS coins FROM ledger_accounts WHERE kind = 'packet_escrow'`;
  return row?.coins;
}

describe("a packet", () => {
  it("moves from escrow into a wallet that is opened for it, as one trade, and counts for its rain", async () => {
    const rain = await rainOf(100, 5);
    const before = await escrowCoins();
    const viewer = randomUUID();
    const claim = claimEntry(rain, 3, viewer);
    const { outcomes, wallets, rains } = await post([claim]);
    expect(outcomes).toEqual([{ outcome: "credited" }]);
    expect(wallets).toEqual(new Map([[viewer, { balanceCoins: claim.coins, version: 1, frozen: false }]]));
    expect(rains).toEqual(
      new Map([
        [rain.rainId, { status: "started", packetCount: 5, claimedCount: 1, claimedCoins: claim.coins }],
      ]),
    );
    expect(await balanceOf(viewer)).toBe(claim.coins);
    expect(await escrowCoins()).toBe(before - claim.coins);
    const trades = await harness.resources.live.sql`
      SELECT account_id, counter_account_id, biz_id, amount_coins::int AS coins, trace_id FROM trades
      WHERE counter_account_id = ${viewer}`;
    expect(trades).toMatchObject([
      {
        account_id: systemAccountId("packet_escrow", bucketOf(viewer)),
        biz_id: packetTradeId(rain.rainId, 3),
        coins: claim.coins,
        trace_id: claim.traceId,
      },
    ]);
  });

  it("comes into a wallet that is frozen, and on top of what is there", async () => {
    const rain = await rainOf(100, 5);
    const viewer = randomUUID();
    await openWallet(harness.resources, viewer, 7);
    await freezeWallet(harness.resources, viewer);
    const { wallets } = await post([claimEntry(rain, 0, viewer), claimEntry(rain, 1, viewer)]);
    const coins = 7 + (rain.amounts[0] ?? 0) + (rain.amounts[1] ?? 0);
    expect(wallets.get(viewer)).toEqual({ balanceCoins: coins, version: 3, frozen: true });
  });

  it("is credited once, however often and in whatever company it comes", async () => {
    const rain = await rainOf(1_000, 20);
    const claims = rain.amounts.map((_, index) => claimEntry(rain, index, randomUUID()));
    await post(claims.slice(0, 8));
    const again = await post([...claims.slice(4, 12), ...claims.slice(4, 12)]);
    expect(again.outcomes.map(({ outcome }) => outcome)).toEqual([
      ...Array(4).fill("repeated"),
      ...Array(4).fill("credited"),
      ...Array(8).fill("repeated"),
    ]);
    // Whoever repeats must hear the balance as well: the first to credit may have died before it could tell.
    expect([...again.wallets.keys()].sort()).toEqual(
      claims
        .slice(4, 12)
        .map((c) => c.userId)
        .sort(),
    );
    for (const claim of claims.slice(0, 12)) expect(await balanceOf(claim.userId)).toBe(claim.coins);
  });

  it("is credited once by several at once, over rains that they name in different orders", async () => {
    const [one, two] = [await rainOf(5_000, 100), await rainOf(300, 100)];
    const viewers = Array.from({ length: 40 }, () => randomUUID());
    // Half of the viewers have no wallet: whoever comes first opens it.
    for (const viewer of viewers.slice(20)) await openWallet(harness.resources, viewer, 0);
    const claims = [one, two].flatMap((rain) =>
      rain.amounts.map((_, i) => claimEntry(rain, i, viewers[(i * 7) % 40] as string)),
    );
    const orders = Array.from({ length: 6 }, (_, n) => [...claims.slice(n * 30), ...claims.slice(0, n * 30)]);
    orders.push(claims.toReversed());
    const results = await Promise.all(orders.map(post));
    const credited = results.flatMap(({ outcomes }) => outcomes.filter((o) => o.outcome === "credited"));
    expect(credited).toHaveLength(claims.length);
    for (const viewer of viewers) {
      const won = claims.filter((c) => c.userId === viewer).reduce((sum, c) => sum + c.coins, 0);
      expect(await balanceOf(viewer)).toBe(won);
    }
    for (const rain of [one, two]) {
      const { row } = await stored(rain);
      expect(row).toMatchObject({ claimed_count: 100, status: "ending", end_reason: "all_grabbed" });
      expect(Number(row?.claimed_coins)).toBe(rain.budgetCoins);
    }
  });
});

describe("what is known of a rain", () => {
  it("names the luckiest: most coins, then who won them first, in whatever order they are credited", async () => {
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
    ];
    const startedAtMs = Date.now() - 60_000;
    const wonAt = (afterMs: number) => ({ claimedAt: new Date(startedAtMs + afterMs).toISOString() });
    const examples = [
      { what: "the third was won first", afterMs: [30, 20, 10, 40], luckiestIndex: 2 },
      { what: "the last was won first", afterMs: [4, 3, 2, 1], luckiestIndex: 3 },
      { what: "two within a millisecond: the lower index", afterMs: [9, 5, 7, 5], luckiestIndex: 1 },
      { what: "all within a millisecond", afterMs: [5, 5, 5, 5], luckiestIndex: 0 },
    ];
    for (const { what, afterMs, luckiestIndex } of examples) {
      for (const [order, atOnce] of orders.flatMap((o) => [[o, 1] as const, [o, 4] as const])) {
        // Four packets of one coin each: they are all as lucky.
        const rain = await rainOf(4, 4);
        const viewers = order.map(() => randomUUID());
        const claims = order.map((i) =>
          claimEntry(rain, i, viewers[i] as string, wonAt(afterMs[i] as number)),
        );
        for (let i = 0; i < claims.length; i += atOnce) await post(claims.slice(i, i + atOnce));
        expect((await stored(rain)).row, what).toMatchObject({
          luckiest_index: luckiestIndex,
          luckiest_coins: "1",
          luckiest_user_id: viewers[luckiestIndex],
        });
        const board = await listLuckiest(harness.resources.live, rain.rainId);
        expect(board[0], what).toMatchObject({ packetIndex: luckiestIndex, userId: viewers[luckiestIndex] });
      }
    }
    // A clock ahead of the database's: such packets are of the moment in which they are credited.
    const ahead = await rainOf(2, 2);
    const entries = [9e7, 8e7].map((afterMs, i) => claimEntry(ahead, i, randomUUID(), wonAt(afterMs)));
    await post(entries.toReversed());
    expect((await stored(ahead)).row).toMatchObject({
      luckiest_index: 0,
      luckiest_user_id: entries[0]?.userId,
    });

    const rain = await rainOf(10_000, 8);
    for (const index of [5, 2, 7, 1]) await post([claimEntry(rain, index, randomUUID())]);
    const most = Math.max(...[5, 2, 7, 1].map((index) => rain.amounts[index] as number));
    expect(Number((await stored(rain)).row?.luckiest_coins)).toBe(most);
  });

  it("stands at its end once the last packet is credited, and says why", async () => {
    const rain = await rainOf(50, 3);
    const viewers = [randomUUID(), randomUUID(), randomUUID()];
    const claims = viewers.map((viewer, index) => claimEntry(rain, index, viewer));
    expect((await post(claims.slice(0, 2))).rains.get(rain.rainId)?.status).toBe("started");
    expect((await stored(rain)).row).toMatchObject({ status: "started", end_reason: null, ending_at: null });
    expect((await post(claims.slice(2))).rains.get(rain.rainId)).toEqual({
      status: "ending",
      packetCount: 3,
      claimedCount: 3,
      claimedCoins: 50,
    });
    const { row } = await stored(rain);
    expect(row).toMatchObject({ status: "ending", end_reason: "all_grabbed", ended_at: null });
    expect(row?.ending_at).toBeInstanceOf(Date);
  });

  it("keeps the reason for which it ends when its last packets are credited later", async () => {
    const rain = await rainOf(50, 2, "ending");
    await harness.resources.live.sql`
      UPDATE rains SET end_reason = 'finished', ending_at = '2026-01-01' WHERE rain_id = ${rain.rainId}`;
    await post([claimEntry(rain, 0, randomUUID()), claimEntry(rain, 1, randomUUID())]);
    const { row } = await stored(rain);
    expect(row).toMatchObject({ status: "ending", end_reason: "finished", claimed_count: 2 });
    expect(row?.ending_at).toEqual(new Date("2026-01-01"));
  });
});

describe("a claim is refused", () => {
  it("where another has the packet, where there is no such packet or rain, and where the coins differ", async () => {
    const rain = await rainOf(90, 3);
    const claim = claimEntry(rain, 0, randomUUID());
    await post([claim]);
    const refused = [
      claimEntry(rain, 0, randomUUID()),
      { ...claim, claimId: randomUUID() },
      { ...claim, coins: claim.coins + 1 },
      claimEntry(rain, 3, randomUUID()),
      { ...claimEntry(rain, 1, randomUUID()), rainId: randomUUID() },
    ];
    expect(await outcomesOf(refused)).toEqual([
      "PACKET_TAKEN",
      "PACKET_TAKEN",
      "WRONG_COINS",
      "NO_SUCH_PACKET",
      "UNKNOWN_RAIN",
    ]);
    // None of them opened a wallet or moved a coin; those beside them are credited.
    expect(await balanceOf(refused[0]?.userId as string)).toBeNull();
    expect(await outcomesOf([refused[0] as RainClaimEntry, claimEntry(rain, 2, randomUUID())])).toEqual([
      "PACKET_TAKEN",
      "credited",
    ]);
  });

  it("before the rain starts; a claim that was credited stays known when it is over", async () => {
    const ready = await rainOf(90, 3, "ready");
    expect(await outcomesOf([claimEntry(ready, 0, randomUUID())])).toEqual(["RAIN_OVER"]);
    const rain = await rainOf(2, 2);
    const claims = [claimEntry(rain, 0, randomUUID()), claimEntry(rain, 1, randomUUID())];
    await post(claims);
    await harness.resources.live.sql`UPDATE rains SET status = 'ended' WHERE rain_id = ${rain.rainId}`;
    expect(await outcomesOf([...claims, claimEntry(rain, 1, randomUUID())])).toEqual([
      "repeated",
      "repeated",
      "PACKET_TAKEN",
    ]);
  });

  it("by the database itself, with all that was posted beside it, where it would go beyond the budget", async () => {
    const rain = await rainOf(90, 3);
    const claims = [claimEntry(rain, 0, randomUUID()), claimEntry(rain, 1, randomUUID(), { coins: 91 })];
    await expect(post(claims)).rejects.toThrow("rain_within_budget");
    expect((await stored(rain)).claims).toEqual([]);
    expect(await balanceOf(claims[0]?.userId as string)).toBeNull();
  });
});

it("does nothing with nothing", async () => {
  expect(await post([])).toEqual({ outcomes: [], wallets: new Map(), rains: new Map() });
});

const scenario = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
  viewers: fc.integer({ min: 1, max: 6 }),
  claims: fc.array(
    fc.record({
      rain: fc.nat(2),
      packet: fc.nat(12),
      viewer: fc.nat(5),
      again: fc.boolean(),
      /** Before now. */
      wonMs: fc.integer({ min: -2, max: 3 }),
    }),
    { minLength: 1, maxLength: 40 },
  ),
  batches: fc.array(fc.array(fc.nat(39), { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 8 }),
  atOnce: fc.integer({ min: 1, max: 4 }),
});

it("agrees with a ledger by hand, whatever the batches, repetitions, orders and connections", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ sizes, viewers, claims, batches, atOnce }) => {
      const rains: TestRain[] = [];
      for (const size of sizes) rains.push(await rainOf(size * 7, size));
      const ids = Array.from({ length: viewers }, () => randomUUID());
      const entries: RainClaimEntry[] = [];
      for (const { rain, packet, viewer, again, wonMs } of claims) {
        const earlier = entries.at(-1);
        const made = claimEntry(
          rains[rain % rains.length] as TestRain,
          packet,
          ids[viewer % viewers] as string,
          { claimedAt: new Date(Date.now() - wonMs).toISOString() },
        );
        entries.push(again && earlier ? { ...earlier } : made);
      }
      const posted = batches.map((batch) => batch.map((n) => entries[n % entries.length] as RainClaimEntry));
      const told: [RainClaimEntry, string][] = [];
      for (let i = 0; i < posted.length; i += atOnce) {
        await Promise.all(
          posted.slice(i, i + atOnce).map(async (batch) => {
            const { outcomes } = await post(batch);
            batch.forEach((claim, k) => told.push([claim, outcomes[k]?.outcome ?? ""]));
          }),
        );
      }

      const won = new Map<string, number>();
      for (const rain of rains) {
        const { row, claims: rows } = await stored(rain);
        const named = told.filter(
          ([claim]) => claim.rainId === rain.rainId && claim.packetIndex < rain.amounts.length,
        );
        // Every packet that anybody named belongs to one who named it, with its coins.
        expect(rows.map((r) => r.packet_index)).toEqual(
          [...new Set(named.map(([claim]) => claim.packetIndex))].sort((a, b) => a - b),
        );
        for (const r of rows) {
          expect(r.coins).toBe(rain.amounts[r.packet_index]);
          const credited = named.filter(
            ([c, outcome]) => c.packetIndex === r.packet_index && outcome === "credited",
          );
          expect(credited.map(([claim]) => claim.userId)).toEqual([r.user_id]);
          won.set(r.user_id, (won.get(r.user_id) ?? 0) + r.coins);
        }
        const luckiest = [...rows].sort(
          (a, b) =>
            b.coins - a.coins ||
            Number(a.claimed_at) - Number(b.claimed_at) ||
            a.packet_index - b.packet_index,
        )[0];
        expect(row).toMatchObject({
          claimed_count: rows.length,
          claimed_coins: String(rows.reduce((sum, r) => sum + r.coins, 0)),
          luckiest_index: luckiest?.packet_index ?? null,
          luckiest_user_id: luckiest?.user_id ?? null,
          status: rows.length === rain.amounts.length ? "ending" : "started",
        });
      }
      for (const id of ids) expect((await balanceOf(id)) ?? 0).toBe(won.get(id) ?? 0);
    }),
    { numRuns: 40 },
  );
});

it("leaves every invariant whole", async () => {
  const results = await checkInvariants(harness.resources);
  expect(results.filter(({ breaches }) => breaches.length > 0)).toEqual([]);
});
