import { afterAll, beforeAll, expect, it } from "vitest";
import type { LiveDb, Sql } from "@/db/client";
import {
  findPopulation,
  movePopulation,
  orderPopulation,
  type SimulatedPopulation,
} from "@/db/live/queries/simulated-populations";
import { whileNobodySimulates } from "@/db/live/queries/simulator-lock";
import { checkInvariants } from "@/server/services/audit/check-invariants";
import { type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { seedDemo } from "../../scripts/seed-demo";
import { BEHAVIOUR } from "./behaviour";
import { preparePopulation } from "./prepare-population";
import { removePopulation } from "./remove-population";

const SIZE = { anchors: 4, viewers: 900, guests: 100 };
const PEOPLE_AT_ONCE = 800;

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
  await seedDemo(harness);
});
afterAll(() => harness?.close());

/** Every row that is nobody's whom the simulator made, by table; those of the promotion account it pays from apart. */
async function readRealRows(sql: Sql): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }[]>`
    SELECT c.relname AS name FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname !~ '^simulat'
    ORDER BY 1`;
  const rows: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await sql<{ sum: string }[]>`
      SELECT count(*) || ' ' || coalesce(md5(string_agg(t.row, '|' ORDER BY t.row)), '') AS sum
      FROM (SELECT x::text AS row FROM ${sql(name)} x) t
      WHERE t.row NOT LIKE '%51a7000%' AND t.row NOT LIKE '(00000000-0000-0000-0004-%'`;
    rows[name] = row?.sum ?? "";
  }
  return rows;
}

async function expectBooksToHold(): Promise<void> {
  const results = await checkInvariants(harness.resources);
  expect(results.filter(({ breaches }) => breaches.length > 0)).toEqual([]);
}

async function count(sql: Sql, table: string): Promise<number> {
  const [row] = await sql<{ rows: string }[]>`
    SELECT count(*) AS rows FROM ${sql(table)} x WHERE x::text LIKE '%51a70000-%'`;
  return Number(row?.rows);
}

async function order(
  live: LiveDb,
  wanted: Parameters<typeof orderPopulation>[1],
): Promise<SimulatedPopulation> {
  expect(await orderPopulation(live.sql, wanted)).toBe(true);
  return (await findPopulation(live)) as SimulatedPopulation;
}

const promotionCoins = async (sql: Sql) => {
  const [row] = await sql<{ coins: string }[]>`
    SELECT sum(balance_coins) AS coins FROM ledger_accounts WHERE kind = 'promotion'`;
  return Number(row?.coins);
};

it("makes a crowd and removes it, with books that hold and nobody else touched", async () => {
  const { resources } = harness;
  const { sql } = resources.live;
  const [before, coinsBefore] = [await readRealRows(sql), await promotionCoins(sql)];
  const ordered = await order(resources.live, {
    behaviourVersion: BEHAVIOUR.version,
    seed: 5,
    ...SIZE,
  });
  expect(await orderPopulation(resources.live.sql, ordered)).toBe(false);

  const progress: number[] = [];
  await preparePopulation(resources, ordered, {
    onProgress: (people) => progress.push(people),
    peopleAtOnce: PEOPLE_AT_ONCE,
  });
  expect(progress.at(-1)).toBe(1_004);
  expect(progress).toHaveLength(2);
  expect(await findPopulation(resources.live)).toMatchObject({ status: "ready", people: 1_004 });
  expect(await count(sql, "users")).toBe(1_004);
  expect(await count(sql, "auth_sessions")).toBe(1_004);
  expect(await count(sql, "person_facts")).toBe(904);
  // Rooms are found by their tags, not only labelled with them.
  const tagged = await sql<{ tags: string[]; named: string[] }[]>`
    SELECT r.tags, ARRAY(SELECT t.label FROM room_tags x JOIN tags t ON t.id = x.tag_id WHERE x.room_id = r.id ORDER BY x.place)
      AS named FROM rooms r JOIN simulated_people p ON p.room_id = r.id`;
  expect(tagged).toHaveLength(SIZE.anchors);
  for (const { tags, named } of tagged) expect(named).toEqual(tags);
  await expectBooksToHold();
  expect(await readRealRows(sql)).toEqual(before);

  await removePopulation(resources, ordered);
  expect(await findPopulation(resources.live)).toMatchObject({ status: "removed", people: 0 });
  expect(await count(sql, "users")).toBe(SIZE.anchors);
  expect(await count(sql, "auth_sessions")).toBe(0);
  expect(await count(sql, "session_ends")).toBe(0);
  expect(await promotionCoins(sql)).toBe(coinsBefore);
  await expectBooksToHold();
  expect(await readRealRows(sql)).toEqual(before);
});

it("removes what was left of a crowd whose making was cut off", async () => {
  const { resources } = harness;
  const ordered = await order(resources.live, {
    behaviourVersion: BEHAVIOUR.version,
    seed: 6,
    ...SIZE,
  });
  await expect(
    preparePopulation(resources, ordered, {
      peopleAtOnce: PEOPLE_AT_ONCE,
      onProgress: () => {
        throw new Error("killed");
      },
    }),
  ).rejects.toThrow("killed");
  await expectBooksToHold();
  const left = await findPopulation(resources.live);
  expect(left?.status).toBe("preparing");
  expect(left?.people).toBeGreaterThanOrEqual(PEOPLE_AT_ONCE);
  if (!left) return;
  await movePopulation(resources.live, left.id, { from: ["preparing"], to: "broken", fault: "killed" });
  await removePopulation(resources, left);
  expect(await count(resources.live.sql, "auth_sessions")).toBe(0);
  await expectBooksToHold();
});

it("lets one simulate at a time", async () => {
  const { live } = harness.resources;
  const order: string[] = [];
  const isFirst = await whileNobodySimulates(live, async () => {
    order.push("first");
    expect(await whileNobodySimulates(live, async () => void order.push("second"))).toBe(false);
  });
  expect(isFirst).toBe(true);
  expect(await whileNobodySimulates(live, async () => void order.push("third"))).toBe(true);
  expect(order).toEqual(["first", "third"]);
});
