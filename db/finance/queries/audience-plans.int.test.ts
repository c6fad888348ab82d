import type postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sql } from "@/db/client";
import { selectWatchers } from "@/db/live/queries/audience-watchers";
import { tamper } from "@/db/testing/tamper";
import { daysOfWeeks } from "@/domain/rules/audience";
import { type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { selectGivers, selectGiverTimes } from "./audience-givers";

type Fragment = postgres.PendingQuery<postgres.Row[]>;

let harness: MoneyHarness;
const ANCHOR = "00000007-0000-4000-8000-000000000007";
const SESSION = "00000005-0000-4000-8000-000000000005";
const EARLIER = "00000006-0000-4000-8000-000000000005";

/** Two years of 100 anchors with 20 gifts a day, and 2,000 sessions with 20 viewers each. */
beforeAll(async () => {
  harness = await startMoneyHarness();
  const id = (of: string, kind: number) =>
    `(lpad(to_hex(${of}), 8, '0') || '-0000-4000-8000-00000000000${kind}')::uuid`;
  await tamper(
    harness.financeOwnerUrl,
    `INSERT INTO gift_pair_day SELECT '2024-01-01'::date + d, ${id("a", 7)}, 'unsaid', 'unsaid', 2, 2, '{1,2}', '{1,2}', '{1,1}', '{1,1}'
     FROM generate_series(0, 729) AS d, generate_series(0, 99) AS a;
     INSERT INTO analytics_people (user_id) SELECT ${id("n", 8)} FROM generate_series(1, 20000) AS n;
     INSERT INTO viewer_profiles SELECT 'all', ${id("n", 8)}, 1, n, 0.5, 'mid', 1, now() FROM generate_series(1, 20000) AS n;
     ANALYZE gift_pair_day, analytics_people, viewer_profiles`,
  );
  await tamper(
    harness.liveOwnerUrl,
    `INSERT INTO visits SELECT ${id("s", 5)}, ${id("s * 20 + v", 8)}, false, now(), now(), 1000
     FROM generate_series(1, 2000) AS s, generate_series(1, 20) AS v;
     INSERT INTO person_facts (user_id, valid_from, gender) SELECT ${id("n", 8)}, '2024-01-01', 'female' FROM generate_series(1, 40000) AS n;
     ANALYZE visits, person_facts`,
  );
}, 120_000);
afterAll(() => harness?.close());

interface Node {
  "Node Type": string;
  "Relation Name"?: string;
  "Actual Rows"?: number;
  "Actual Loops"?: number;
  Plans?: Node[];
}

const flatten = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

/** Every read of a table, with the rows that it had in all. */
async function readsOf(sql: Sql, query: Fragment): Promise<{ table: string; how: string; rows: number }[]> {
  const [row] = await sql<{ "QUERY PLAN": { Plan: Node }[] }[]>`EXPLAIN (ANALYZE, FORMAT JSON) ${query}`;
  const plan = row?.["QUERY PLAN"][0]?.Plan;
  return (plan ? flatten(plan) : []).flatMap((node) =>
    node["Relation Name"]
      ? [
          {
            table: node["Relation Name"],
            how: node["Node Type"],
            rows: (node["Actual Rows"] ?? 0) * (node["Actual Loops"] ?? 1),
          },
        ]
      : [],
  );
}

const days = {
  anchorId: ANCHOR,
  days: daysOfWeeks("2025-06-02", 1),
  earlierDays: daysOfWeeks("2025-03-10", 12),
};

describe("a week of one anchor's audience", () => {
  it.each([
    ["who gave", selectGivers, 7 + 84],
    ["when they gave", selectGiverTimes, 7],
  ] as const)("reads of %s only that anchor's days", async (_, select, rowsMax) => {
    const { sql } = harness.resources.finance;
    const reads = await readsOf(sql, select(sql, days));
    const pairs = reads.filter(({ table }) => table === "gift_pair_day");
    expect(pairs.length).toBeGreaterThan(0);
    for (const { how } of reads) expect(how).not.toMatch(/Seq Scan/);
    expect(pairs.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(rowsMax);
  });

  it("reads only the visits of its sessions, and what those people said", async () => {
    const { sql } = harness.resources.live;
    const reads = await readsOf(
      sql,
      selectWatchers(sql, {
        anchorId: ANCHOR,
        sessionIds: [SESSION],
        earlierSessionIds: [EARLIER],
        at: new Date("2025-06-09"),
      }),
    );
    expect(new Set(reads.map(({ table }) => table))).toEqual(new Set(["visits", "person_facts"]));
    for (const { how, rows } of reads) {
      expect(how).not.toMatch(/Seq Scan/);
      expect(rows).toBeLessThanOrEqual(20);
    }
  });
});
