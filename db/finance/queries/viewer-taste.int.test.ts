import { afterAll, beforeAll, expect, it } from "vitest";
import { tamper } from "@/db/testing/tamper";
import { type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { readViewerTaste, selectViewerTaste } from "./viewer-taste";

let harness: MoneyHarness;
const idOf = (number: number) => `${number.toString(16).padStart(8, "0")}-0000-4000-8000-000000000007`;

/** So many that reading a table whole would show. */
beforeAll(async () => {
  harness = await startMoneyHarness();
  const id = (n: string) => `(lpad(to_hex(${n}), 8, '0') || '-0000-4000-8000-000000000007')::uuid`;
  await tamper(
    harness.financeOwnerUrl,
    `INSERT INTO analytics_people (user_id) SELECT ${id("n")} FROM generate_series(1, 20000) AS n ORDER BY n;
     INSERT INTO analytics_tags (tag_id) SELECT ${id("n")} FROM generate_series(1, 2000) AS n ORDER BY n;
     UPDATE analytics_tags SET same_as = CASE number WHEN 3 THEN 2 ELSE number END;
     INSERT INTO viewer_affinity SELECT n, '{2,3,4}', '{1,2,4}', '{7,8}', '{3,5}' FROM generate_series(1, 20000) AS n;
     ANALYZE analytics_people, analytics_tags, viewer_affinity`,
  );
}, 60_000);
afterAll(() => harness?.close());

interface Node {
  "Node Type": string;
  "Relation Name"?: string;
  "Actual Rows"?: number;
  Plans?: Node[];
}
const flatten = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

it("what one viewer likes is theirs, aliases added to the tag that they became", async () => {
  const rows = await readViewerTaste(harness.resources.finance, idOf(41));
  expect(rows).toEqual([
    { kind: "tag", id: idOf(4), weight: 4 },
    { kind: "tag", id: idOf(2), weight: 3 },
    { kind: "anchor", id: idOf(8), weight: 5 },
    { kind: "anchor", id: idOf(7), weight: 3 },
  ]);
  expect(await readViewerTaste(harness.resources.finance, idOf(99_999))).toEqual([]);
});

it("the lobby finds it by indexes, and reads no table whole", async () => {
  const { sql } = harness.resources.finance;
  const [row] = await sql<{ "QUERY PLAN": { Plan: Node }[] }[]>`
    EXPLAIN (ANALYZE, FORMAT JSON) ${selectViewerTaste(sql, idOf(41))}`;
  const plan = row?.["QUERY PLAN"][0]?.Plan;
  const reads = plan ? flatten(plan).filter((node) => node["Relation Name"] !== undefined) : [];
  expect(reads.length).toBeGreaterThanOrEqual(4);
  for (const node of reads) {
    expect(node["Node Type"]).not.toMatch(/Seq Scan/);
    expect(node["Actual Rows"]).toBeLessThan(10);
  }
});
