import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Sql } from "@/db/client";
import { insertOperatorAction } from "@/db/operator-actions";
import { tamper } from "@/db/testing/tamper";
import { type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { checkAuditChain } from "./check-audit-chain";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

const act = (sql: Sql, subject: string, facts: { before?: object; after?: object; reason?: string } = {}) =>
  insertOperatorAction(sql, { actorId: randomUUID(), action: "test.act", subject, traceId: "t", ...facts });
const actIn = (database: "live" | "finance", subject: string) =>
  harness.resources[database].sql.begin((tx) => act(tx as unknown as Sql, subject));
const ownerUrl = (database: "live" | "finance") =>
  database === "live" ? harness.liveOwnerUrl : harness.financeOwnerUrl;

describe.each(["live", "finance"] as const)("the chain of the %s database", (database) => {
  it("holds whatever is added at once, cut off, or written twice in one transaction", async () => {
    const { sql } = harness.resources[database];
    const before = (await checkAuditChain(harness.resources)).compared;
    await Promise.all(Array.from({ length: 30 }, (_, i) => actIn(database, `at-once:${i}`)));
    await expect(
      sql.begin(async (tx) => {
        await act(tx as unknown as Sql, "cut:off");
        throw new Error("cut off");
      }),
    ).rejects.toThrow("cut off");
    await sql.begin(async (tx) => {
      await act(tx as unknown as Sql, "twice:1", {
        before: { a: null, b: 1.5 },
        after: {},
        reason: "灯 \u2028 '",
      });
      await act(tx as unknown as Sql, "twice:2");
    });
    await sql.begin("ISOLATION LEVEL REPEATABLE READ", (tx) => act(tx as unknown as Sql, "repeatable:1"));
    expect(await checkAuditChain(harness.resources)).toEqual({ compared: before + 33, differences: [] });
  });

  it("never makes two that lock each other's rows wait for the chain as well", async () => {
    const { sql } = harness.resources[database];
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    // One has written its row and goes on working; another is not held up by that.
    const slow = sql.begin(async (tx) => {
      await act(tx as unknown as Sql, "slow:1");
      await released;
    });
    await actIn(database, "quick:1");
    release();
    await slow;
    expect((await checkAuditChain(harness.resources)).differences).toEqual([]);
  });

  it("reads the same in any time zone", async () => {
    await actIn(database, "zone:1");
    const { sql } = harness.resources[database];
    const hashes = await Promise.all(
      ["UTC", "Asia/Shanghai"].map((zone) =>
        sql.begin(async (tx) => {
          await tx`SELECT set_config('TimeZone', ${zone}, true)`;
          return await tx`SELECT operator_action_hash(1, '', a) AS hash FROM operator_actions a ORDER BY id`;
        }),
      ),
    );
    expect(hashes[0]).toEqual(hashes[1]);
  });
});

describe.each(["live", "finance"] as const)("a change of history in the %s database", (database) => {
  beforeEach(async () => {
    for (const i of [1, 2, 3, 4]) await actIn(database, `row:${i}`);
  });
  afterEach(async () => {
    // A clean chain for the next case.
    await tamper(
      ownerUrl(database),
      `TRUNCATE operator_actions, operator_action_links;
      DELETE FROM operator_action_head; INSERT INTO operator_action_head VALUES (1, 0, repeat('0', 64))`,
    );
    const { differences } = await checkAuditChain(harness.resources);
    if (differences.length > 0)
      throw new Error(`The chain is not clean again: ${JSON.stringify(differences)}`);
  });
  const idOf = async (subject: string) => {
    const rows = await harness.resources[database].sql<{ id: string }[]>`
      SELECT max(id) AS id FROM operator_actions WHERE subject = ${subject}`;
    return `operator-action:${rows[0]?.id}`;
  };
  const subjects = async () =>
    (await checkAuditChain(harness.resources)).differences
      .filter(({ facts }) => facts.database === database)
      .map(({ subject }) => subject);

  it.each([
    "reason = 'another'",
    "actor_id = gen_random_uuid()",
    "created_at = created_at + interval '1 ms'",
    "before = '{}'",
    "trace_id = ''",
  ])("by %s is found at its row", async (change) => {
    await tamper(ownerUrl(database), `UPDATE operator_actions SET ${change} WHERE subject = 'row:2'`);
    expect(await subjects()).toEqual([await idOf("row:2")]);
  });

  it("is found where a row is gone, in the middle and at the end", async () => {
    const [second, last] = [await idOf("row:2"), await idOf("row:4")];
    await tamper(ownerUrl(database), "DELETE FROM operator_actions WHERE subject IN ('row:2', 'row:4')");
    expect(await subjects()).toEqual([second, last]);
  });

  it("is found when the link of a row goes with it", async () => {
    const [after] = [await idOf("row:3")];
    await tamper(
      ownerUrl(database),
      `DELETE FROM operator_action_links WHERE action_id = (SELECT max(id) FROM operator_actions WHERE subject = 'row:2');
      DELETE FROM operator_actions WHERE subject = 'row:2'`,
    );
    expect(await subjects()).toEqual([after]);
  });

  it("is found when the last rows go with their links", async () => {
    await tamper(
      ownerUrl(database),
      `DELETE FROM operator_action_links WHERE action_id = (SELECT max(id) FROM operator_actions);
      DELETE FROM operator_actions WHERE subject = 'row:4'`,
    );
    expect(await subjects()).toEqual(["ledger:operator-actions"]);
  });

  it("is found when a row is slipped in without the trigger", async () => {
    await tamper(
      ownerUrl(database),
      `ALTER TABLE operator_actions DISABLE TRIGGER chain_operator_action;
      INSERT INTO operator_actions (actor_id, action, subject, trace_id) VALUES (gen_random_uuid(), 'a', 'slipped:1', 't');
      ALTER TABLE operator_actions ENABLE ALWAYS TRIGGER chain_operator_action`,
    );
    expect(await subjects()).toEqual([await idOf("slipped:1")]);
    await tamper(ownerUrl(database), "DELETE FROM operator_action_head");
    expect(await subjects()).toEqual([await idOf("slipped:1"), "ledger:operator-actions"]);
  });
});
