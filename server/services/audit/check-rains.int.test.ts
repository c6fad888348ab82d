import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { systemAccountId } from "@/db/live/ledger/system-accounts";
import { postClaims } from "@/db/live/queries/post-claims";
import { finaliseRain } from "@/db/live/queries/rain-money";
import { tamper } from "@/db/testing/tamper";
import type { CheckKey } from "@/domain/contracts/reconciliation";
import { BUCKET_COUNT, bucketOf } from "@/domain/rules/bucket";
import { packetTradeId } from "@/domain/rules/packet-id";
import { claimStreamKey } from "@/platform/redis/keys";
import { type MoneyHarness, openWallet, startMoneyHarness } from "@/server/testing/money-harness";
import { claimEntry, openRain, type TestRain } from "@/server/testing/rains";
import { checkInvariants } from "./check-invariants";

let harness: MoneyHarness;
/** The anchor's own coins; it falls, and two of its four packets are credited. */
let falling: TestRain;
/** Out of a grant; it is over with one packet credited, and the rest went back. */
let over: TestRain;
let winner: string;

beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

const live = (statements: string) => tamper(harness.liveOwnerUrl, statements);

beforeEach(async () => {
  await harness.resources.redis.flushdb();
  await live(`
    TRUNCATE trades, rain_claims, rain_grants;
    DELETE FROM rains;
    DELETE FROM ledger_accounts WHERE kind = 'wallet';
    UPDATE ledger_accounts SET balance_coins = 0`);
  winner = randomUUID();
  const { sql } = harness.resources.live;
  falling = await openRain(harness.resources, { budgetCoins: 400, packetCount: 4 });
  await postClaims(sql, [claimEntry(falling, 0, winner), claimEntry(falling, 2, randomUUID())]);
  over = await openRain(harness.resources, { budgetCoins: 300, packetCount: 3, fundedBy: "promotion" });
  await postClaims(sql, [claimEntry(over, 1, winner)]);
  await live(`UPDATE rains SET status = 'ending', end_reason = 'finished' WHERE rain_id = '${over.rainId}'`);
  await finaliseRain(harness.resources.live, { rainId: over.rainId, poppedPackets: 1, traceId: "t" });
});

async function broken(): Promise<CheckKey[]> {
  const results = await checkInvariants(harness.resources);
  return results.filter(({ breaches }) => breaches.length > 0).map(({ key }) => key);
}
const rainEscrow = ({ rainId }: TestRain) => systemAccountId("packet_escrow", bucketOf(rainId));
/**
 * The ledger itself refuses the same trade out of the same account, so a second one comes out of another. Budgets and
 * rests go by the rain's bucket, packets by the winner's.
 */
const anotherEscrow = (id: string) => systemAccountId("packet_escrow", (bucketOf(id) + 1) % BUCKET_COUNT);
/** A trade with its balances, as somebody would post it who leaves the ledger even. */
const trade = (from: string, to: string, type: string, bizId: string, coins: number) =>
  live(`
    INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at)
      VALUES ('${from}', '${to}', '${type}', '${bizId}', ${coins}, 't', now());
    UPDATE ledger_accounts SET balance_coins = balance_coins - ${coins} WHERE id = '${from}';
    UPDATE ledger_accounts SET balance_coins = balance_coins + ${coins} WHERE id = '${to}'`);

it("finds nothing where all is well", async () => {
  const rains = await live("SELECT status, claimed_count FROM rains ORDER BY created_at");
  expect(rains).toEqual([
    { status: "started", claimed_count: 2 },
    { status: "ended", claimed_count: 1 },
  ]);
  expect(await broken()).toEqual([]);
});

it("finds nothing where a rain is over that was never paid for", async () => {
  const { rainId, anchorId } = await openRain(harness.resources, { budgetCoins: 5, packetCount: 1 });
  await live(`
    DELETE FROM trades WHERE biz_id = '${rainId}' OR counter_account_id = '${anchorId}';
    UPDATE ledger_accounts SET balance_coins = balance_coins - 5 WHERE id = '${systemAccountId("packet_escrow", bucketOf(rainId))}';
    UPDATE ledger_accounts SET balance_coins = balance_coins + 5 WHERE id = '${systemAccountId("promotion", bucketOf(anchorId))}';
    UPDATE rains SET status = 'ended', prepared_at = NULL, entropy = NULL WHERE rain_id = '${rainId}'`);
  expect(await broken()).toEqual([]);
});

it("finds nothing while rains are paid for, claimed from and ended", async () => {
  const { live: db } = harness.resources;
  let stop = false;
  const traffic = [1, 2, 3].map(async () => {
    while (!stop) {
      const rain = await openRain(harness.resources, { budgetCoins: 50, packetCount: 5 });
      for (const index of [0, 3]) await postClaims(db.sql, [claimEntry(rain, index, winner)]);
      await db.sql`UPDATE rains SET status = 'ending' WHERE rain_id = ${rain.rainId}`;
      await finaliseRain(db, { rainId: rain.rainId, poppedPackets: 2, traceId: "t" });
    }
  });
  for (let i = 0; i < 5; i++) expect(await broken()).toEqual([]);
  stop = true;
  await Promise.all(traffic);
  expect(await broken()).toEqual([]);
});

it("sees every rain, however many there are", async () => {
  await live(`
    INSERT INTO rains (rain_id, code, room_id, anchor_id, status, funded_by, budget_coins, packet_count, duration_seconds,
      claims_per_viewer, server_seed, commitment, shard_count, trace_id, created_at)
    SELECT gen_random_uuid(), gen_random_uuid(), room_id, anchor_id, 'created', 'anchor', 10, 1, 60, 1, '', '', 1, 't', now()
    FROM rains, generate_series(1, 600) WHERE rain_id = '${falling.rainId}'`);
  expect(await broken()).toEqual([]);
  await live(
    "UPDATE rains SET claimed_count = 1 WHERE status = 'created' AND rain_id = (SELECT max(rain_id::text)::uuid FROM rains WHERE status = 'created')",
  );
  const results = await checkInvariants(harness.resources);
  const { compared, breaches } = results.find(({ key }) => key === "rains") ?? {};
  expect(compared).toBe(602);
  expect(breaches).toHaveLength(1);
});

const corruptions: [what: string, checks: CheckKey[], corrupt: () => Promise<unknown>][] = [
  [
    "a budget was never paid for",
    ["balances", "rains"],
    () => live(`DELETE FROM trades WHERE trade_type = 'packet_escrow' AND biz_id = '${falling.rainId}'`),
  ],
  [
    "a budget was paid for twice",
    ["rains"],
    async () => {
      const payer = randomUUID();
      await openWallet(harness.resources, payer, 400);
      await trade(payer, rainEscrow(falling), "packet_escrow", falling.rainId, 400);
    },
  ],
  [
    "a budget was paid for by somebody else",
    ["balances", "rains"],
    () => live(`UPDATE trades SET account_id = '${winner}' WHERE biz_id = '${falling.rainId}'`),
  ],
  [
    "a rain's budget was changed after it was paid for",
    ["packets", "rains"],
    () => live(`UPDATE rains SET budget_coins = 401 WHERE rain_id = '${falling.rainId}'`),
  ],
  [
    "coins went into escrow for a rain that does not exist",
    ["rains"],
    async () => {
      await openWallet(harness.resources, winner, 9);
      await trade(winner, rainEscrow(over), "packet_escrow", randomUUID(), 9);
    },
  ],
  [
    "coins lie in escrow that no rain owes",
    ["rains"],
    () => trade(systemAccountId("promotion", 3), rainEscrow(over), "adjustment", randomUUID(), 9),
  ],
  [
    "the rest went back twice",
    ["rains"],
    () => trade(anotherEscrow(over.rainId), winner, "packet_refund", over.rainId, 5),
  ],
  [
    "the rest went back of a rain that does not exist",
    ["rains"],
    () => trade(rainEscrow(over), winner, "packet_refund", randomUUID(), 5),
  ],
  [
    "the rest went back to somebody else",
    ["balances", "rains"],
    () => live(`UPDATE trades SET counter_account_id = '${winner}' WHERE trade_type = 'packet_refund'`),
  ],
  [
    "the rest went back while the rain still falls",
    ["rains"],
    async () => {
      await trade(rainEscrow(falling), falling.anchorId, "packet_refund", falling.rainId, 1);
      await live(`UPDATE rains SET refunded_coins = 1 WHERE rain_id = '${falling.rainId}'`);
    },
  ],
  [
    "a rain counts more claims than it has",
    ["rains"],
    () => live(`UPDATE rains SET claimed_count = claimed_count + 1 WHERE rain_id = '${falling.rainId}'`),
  ],
  [
    "a rain counts other coins than were claimed",
    ["rains"],
    () => live(`UPDATE rains SET claimed_coins = claimed_coins - 1 WHERE rain_id = '${falling.rainId}'`),
  ],
  [
    "a rain names another as the luckiest",
    ["rains"],
    () => live(`UPDATE rains SET luckiest_user_id = '${randomUUID()}' WHERE rain_id = '${falling.rainId}'`),
  ],
  [
    "a rain is over with less than its budget",
    ["rains"],
    () =>
      live(`ALTER TABLE rains DROP CONSTRAINT rain_ends_even;
        UPDATE rains SET refunded_coins = refunded_coins - 1 WHERE rain_id = '${over.rainId}';
        UPDATE trades SET amount_coins = amount_coins - 1 WHERE trade_type = 'packet_refund';
        UPDATE ledger_accounts SET balance_coins = balance_coins + 1 WHERE id = '${rainEscrow(over)}';
        UPDATE ledger_accounts SET balance_coins = balance_coins - 1
          WHERE id = '${systemAccountId("promotion", bucketOf(over.anchorId))}';
        ALTER TABLE rains ADD CONSTRAINT rain_ends_even CHECK (status <> 'ended' OR prepared_at IS NULL
          OR claimed_coins + refunded_coins = budget_coins) NOT VALID`),
  ],
  [
    "a grant is used by more than its rains",
    ["rains"],
    () => live("UPDATE rain_grants SET used_coins = used_coins + 1"),
  ],
  ["a grant of a rain is gone", ["rains"], () => live("TRUNCATE rain_grants")],
  [
    "a rain of an anchor's own coins uses a grant",
    ["rains"],
    () =>
      live(
        `UPDATE rains SET grant_id = (SELECT grant_id FROM rain_grants) WHERE rain_id = '${falling.rainId}'`,
      ),
  ],
  [
    "a claim has no trade",
    ["balances", "packets"],
    () => live(`DELETE FROM trades WHERE biz_id = '${packetTradeId(falling.rainId, 2)}'`),
  ],
  [
    "a trade has no claim",
    ["packets", "rains"],
    () => live(`DELETE FROM rain_claims WHERE rain_id = '${falling.rainId}' AND packet_index = 2`),
  ],
  [
    "a packet was credited twice",
    ["packets", "rains"],
    () => trade(anotherEscrow(winner), winner, "packet", packetTradeId(falling.rainId, 0), 1),
  ],
  [
    "a packet was credited that nobody claimed",
    ["packets", "rains"],
    () =>
      trade(rainEscrow(falling), winner, "packet", packetTradeId(falling.rainId, 1), falling.amounts[1] ?? 0),
  ],
  [
    "a packet was paid out of another account than escrow",
    ["balances", "packets"],
    () =>
      live(`UPDATE trades SET account_id = '${systemAccountId("gift_clearing", 3)}'
        WHERE biz_id = '${packetTradeId(falling.rainId, 0)}'`),
  ],
  [
    "a packet was credited under the id of another",
    ["packets"],
    () =>
      live(`UPDATE trades SET biz_id = '${packetTradeId(falling.rainId, 3)}'
        WHERE biz_id = '${packetTradeId(falling.rainId, 2)}'`),
  ],
  [
    "a packet was credited to another than claimed it",
    ["packets"],
    () =>
      live(`UPDATE rain_claims SET user_id = '${falling.anchorId}' WHERE rain_id = '${over.rainId}';
      UPDATE rains SET luckiest_user_id = '${falling.anchorId}' WHERE rain_id = '${over.rainId}'`),
  ],
  [
    "a packet holds other coins than the split gives it, everywhere else consistently",
    ["packets"],
    () =>
      live(`UPDATE rain_claims SET coins = coins + 1 WHERE rain_id = '${falling.rainId}';
        UPDATE trades SET amount_coins = amount_coins + 1
          WHERE biz_id IN ('${packetTradeId(falling.rainId, 0)}', '${packetTradeId(falling.rainId, 2)}');
        UPDATE ledger_accounts a SET balance_coins = balance_coins + 1
          FROM rain_claims c WHERE c.rain_id = '${falling.rainId}' AND c.user_id = a.id;
        UPDATE ledger_accounts a SET balance_coins = balance_coins - t.packets
          FROM (SELECT account_id, count(*) AS packets FROM trades
            WHERE biz_id IN ('${packetTradeId(falling.rainId, 0)}', '${packetTradeId(falling.rainId, 2)}')
            GROUP BY account_id) t WHERE t.account_id = a.id;
        UPDATE rains SET claimed_coins = claimed_coins + 2, luckiest_coins = luckiest_coins + 1
          WHERE rain_id = '${falling.rainId}'`),
  ],
  [
    "a packet was claimed that the rain never had",
    ["packets", "rains"],
    () =>
      live(
        `UPDATE rain_claims SET packet_index = 9 WHERE rain_id = '${falling.rainId}' AND packet_index = 2`,
      ),
  ],
  [
    "the seed is not the one that was committed to",
    ["packets"],
    () => live(`UPDATE rains SET commitment = '${"0".repeat(64)}' WHERE rain_id = '${over.rainId}'`),
  ],
  [
    "other packets were published than the seed gives",
    ["packets"],
    () => live(`UPDATE rains SET packets_digest = '${"0".repeat(64)}' WHERE rain_id = '${falling.rainId}'`),
  ],
  [
    "nothing fixes the split of a rain that was paid for",
    ["packets"],
    () => live(`UPDATE rains SET entropy = NULL WHERE rain_id = '${falling.rainId}'`),
  ],
  [
    "a claim waits too long in the queue",
    ["queue"],
    () => harness.resources.redis.xadd(claimStreamKey(9), "1000-1", "g", "{}"),
  ],
];

it.each(corruptions)("sees that %s", async (_, checks, corrupt) => {
  await corrupt();
  expect((await broken()).sort()).toEqual(checks);
});

it("does not split a rain again that ended long ago, and still sees a claim without its trade", async () => {
  await live(
    `UPDATE rains SET ended_at = now() - interval '2 days', commitment = '' WHERE rain_id = '${over.rainId}'`,
  );
  expect(await broken()).toEqual([]);
  await live(`DELETE FROM trades WHERE biz_id = '${packetTradeId(over.rainId, 1)}'`);
  expect(await broken()).toEqual(["balances", "packets"]);
});

it("names the packet at fault with what leads to its cause", async () => {
  const [claim] = await live(
    `SELECT trace_id FROM rain_claims WHERE user_id = '${winner}' AND rain_id = '${falling.rainId}'`,
  );
  await live(`UPDATE trades SET amount_coins = 999 WHERE biz_id = '${packetTradeId(falling.rainId, 0)}'`);
  const results = await checkInvariants(harness.resources);
  const { breaches = [] } = results.find(({ key }) => key === "packets") ?? {};
  expect(breaches).toContainEqual({
    subject: `rain:${falling.rainId}`,
    expected: String(falling.amounts[0]),
    actual: "999",
    facts: expect.objectContaining({ packetIndex: 0, userId: winner, traceId: claim?.trace_id }),
  });
});
