import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sql } from "@/db/client";
import { tamper } from "@/db/testing/tamper";
import { inTransaction } from "@/db/transaction";
import { type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { readRows, type TipsFilter, type TipsLevel } from "./tips-rows";
import { TailRows } from "./tips-tail";
import { type ProfilesPage, selectProfiles } from "./viewer-profiles";

let harness: MoneyHarness;
const ANCHOR = "00000000-0000-4000-8000-000000000007";
const TABLES = ["gift_pair_day", "gift_hour_viewers", "gift_day_viewers", "viewer_profiles"];

/** Two years of 100 anchors: a week is a small part of it, as it is where the product has been used for long. */
beforeAll(async () => {
  harness = await startMoneyHarness();
  await tamper(
    harness.financeOwnerUrl,
    `INSERT INTO gift_pair_day SELECT '2024-01-01'::date + d, (lpad(to_hex(a), 8, '0') || '-0000-4000-8000-000000000007')::uuid,
       'unsaid', 'unsaid', 2, 2, '{1,2}', '{1,2}', '{1,1}', '{1,1}'
     FROM generate_series(0, 729) AS d, generate_series(0, 99) AS a;
     INSERT INTO gift_hour_viewers SELECT '2024-01-01'::date + d, h, 'unsaid', g, 1, 1, '{1}'
     FROM generate_series(0, 729) AS d, generate_series(0, 23) AS h, unnest('{female,male,unsaid}'::text[]) AS g;
     INSERT INTO gift_day_viewers SELECT '2024-01-01'::date + d, g, v, 1, 1, '{1}'
     FROM generate_series(0, 729) AS d, unnest('{female,male,unsaid}'::text[]) AS g, unnest('{female,male,unsaid}'::text[]) AS v;
     INSERT INTO viewer_profiles SELECT 'all', gen_random_uuid(), 1, n, 0.5, CASE WHEN n >= 16000 THEN 'high' WHEN n >= 4000 THEN 'mid' ELSE 'low' END, 1, now() FROM generate_series(1, 20000) AS n;
     ANALYZE gift_pair_day, gift_hour_viewers, gift_day_viewers, viewer_profiles`,
  );
}, 120_000);
afterAll(() => harness?.close());

interface Node {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Cond"?: string;
  "Actual Rows"?: number;
  Plans?: Node[];
}

const flatten = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

/** Nodes that read a table, of the plan and of what it did. */
async function explain(level: TipsLevel, filter: Partial<TipsFilter>): Promise<Node[]> {
  return await inTransaction(harness.resources.finance.sql, async (tx) => {
    const rows = readRows(
      tx,
      {
        from: new Date("2024-06-03T03:00:00Z"),
        to: new Date("2024-06-10T05:00:00Z"),
        groupBy: [],
        anchorIds: null,
        anchorGender: null,
        viewerGender: null,
        rowsMax: 100,
        ...filter,
      },
      level,
      new TailRows(tx),
    );
    return await readPlan(tx, rows);
  });
}

async function readPlan(tx: Sql, query: ReturnType<typeof readRows>): Promise<Node[]> {
  const [row] = await tx<{ "QUERY PLAN": { Plan: Node }[] }[]>`EXPLAIN (ANALYZE, FORMAT JSON) ${query}`;
  const plan = row?.["QUERY PLAN"][0]?.Plan;
  return plan ? flatten(plan).filter((node) => TABLES.includes(node["Relation Name"] ?? "")) : [];
}

describe("a question of a week", () => {
  const ofOne = { anchorIds: [ANCHOR] };
  it.each<[TipsLevel, Partial<TipsFilter>, number]>([
    ["days", {}, 1_000],
    ["days", { viewerGender: "female" }, 1_000],
    ["hours", {}, 1_000],
    ["hours", { anchorGender: "unsaid" }, 1_000],
    ["anchors", {}, 2_000],
    ["anchors", ofOne, 100],
    ["pairs", {}, 2_000],
    ["pairs", ofOne, 100],
    ["viewers", {}, 2_000],
  ])("reads no table whole: %s %j", async (level, filter, rowsMax) => {
    const reads = await explain(level, filter);
    expect(reads.length).toBeGreaterThan(0);
    for (const node of reads) {
      expect(node["Node Type"]).not.toMatch(/Seq Scan/);
      expect(node["Actual Rows"]).toBeLessThan(rowsMax);
    }
  });
});

describe("a page of payers", () => {
  const cutoffs = { viewers: 20_000, highCoins: 16_000, midCoins: 4_000 };
  it.each<Partial<ProfilesPage>>([
    {},
    { after: { coins: 10_000, viewerId: ANCHOR } },
    { tier: "low" },
    { tier: "low", after: { coins: 300, viewerId: ANCHOR } },
  ])("is read from where it begins: %j", async (page) => {
    const { sql } = harness.resources.finance;
    const input: ProfilesPage = { window: "all", tier: null, cutoffs, after: null, limit: 50, ...page };
    const reads = await readPlan(sql, selectProfiles(sql, input));
    expect(reads).toHaveLength(1);
    expect(reads[0]?.["Node Type"]).not.toMatch(/Seq Scan|Bitmap/);
    expect(reads[0]?.["Actual Rows"]).toBeLessThanOrEqual(50);
  });
});
