import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LiveDb, openLiveDb } from "@/db/client";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { bucketOf } from "@/domain/rules/bucket";
import { phoneSealOf } from "@/platform/security/phone-seal";
import { env } from "@/platform/settings/env";
import { demoUserId, seedDemo } from "./seed-demo";

let databases: TestDatabases;
let live: LiveDb;
beforeAll(async () => {
  databases = await createTestDatabases();
  live = openLiveDb(databases.liveUrl, { poolMax: 2, applicationName: "seed-test" });
  await Promise.all([seedDemo(databases), seedDemo(databases)]);
  await seedDemo(databases);
});
afterAll(async () => {
  await live?.close();
  await databases?.drop();
});

describe("the demo seed", () => {
  it("is the same however often and at once it runs", async () => {
    const roles = await live.sql`SELECT role, count(*)::int AS people FROM users GROUP BY role ORDER BY role`;
    expect(roles).toEqual([
      { role: "anchor", people: 5 },
      { role: "operator", people: 1 },
      { role: "viewer", people: 20 },
    ]);
    expect(await live.sql`SELECT id FROM gifts WHERE enabled`).toHaveLength(7);
    const [rooms] = await live.sql`
      SELECT count(*)::int AS rooms, count(current_session_id)::int AS live,
        (SELECT count(*)::int FROM room_sessions WHERE ended_at IS NULL) AS sessions FROM rooms`;
    expect(rooms).toEqual({ rooms: 5, live: 3, sessions: 3 });
  });

  it("credits every viewer and anchor once, by double entry from their own bucket", async () => {
    const wallets = await live.sql<{ id: string; bucket: number; balance_coins: string; version: string }[]>`
      SELECT a.id, a.bucket, a.balance_coins, a.version FROM ledger_accounts a JOIN users u ON u.id = a.id
      WHERE u.role IN ('viewer', 'anchor')`;
    expect(wallets).toHaveLength(25);
    for (const wallet of wallets) {
      expect(wallet).toMatchObject({ balance_coins: "100000", version: "1", bucket: bucketOf(wallet.id) });
    }
    const [sums] = await live.sql`
      SELECT sum(balance_coins)::int AS all_accounts, (SELECT sum(amount_coins)::int FROM trades) AS traded
      FROM ledger_accounts`;
    expect(sums).toEqual({ all_accounts: 0, traded: 2_500_000 });
    const unequal = await live.sql`
      SELECT a.id FROM ledger_accounts a WHERE a.balance_coins <>
        coalesce((SELECT sum(amount_coins) FROM trades WHERE counter_account_id = a.id), 0) -
        coalesce((SELECT sum(amount_coins) FROM trades WHERE account_id = a.id), 0)`;
    expect(unequal).toHaveLength(0);
  });

  it("gives the same ids in every demo, and leaves alone what people changed", async () => {
    const id = demoUserId("+8613800000001");
    await live.sql`UPDATE users SET name = 'Renamed' WHERE id = ${id}`;
    await live.sql`UPDATE gifts SET price_coins = 99 WHERE id = 'angel'`;
    await seedDemo(databases);
    const [user] = await live.sql`SELECT name, phone_index FROM users WHERE id = ${id}`;
    expect(user).toEqual({ name: "Renamed", phone_index: phoneSealOf(env()).index("+8613800000001") });
    const [gift] = await live.sql`SELECT price_coins FROM gifts WHERE id = 'angel'`;
    expect(gift?.price_coins).toBe("99");
  });
});
