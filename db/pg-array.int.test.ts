import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LiveDb, openLiveDb } from "./client";
import { arrayLiteral } from "./pg-array";
import { createTestDatabases, type TestDatabases } from "./testing/create-test-databases";

let databases: TestDatabases;
let db: LiveDb;
beforeAll(async () => {
  databases = await createTestDatabases();
  db = openLiveDb(databases.liveUrl, { poolMax: 1, applicationName: "downpour-test" });
});
afterAll(async () => {
  await db?.close();
  await databases?.drop();
});

it("comes back from the database as it went, whatever is in it", async () => {
  const awkward = fc.constantFrom(
    "",
    "null",
    "NULL",
    " ",
    "{}",
    "a,b",
    '"',
    "\\",
    "\\\\",
    '\\"',
    "\n",
    "\t",
    "名",
    "😀",
    "'",
  );
  // PostgreSQL stores no NUL, and text that is not well-formed Unicode is none.
  const anyText = fc.string({ unit: "binary" }).filter((text) => !text.includes("\u0000"));
  const values = fc.array(fc.option(fc.oneof(awkward, anyText)), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(values, async (list) => {
      const [row] = await db.sql<
        { back: (string | null)[] }[]
      >`SELECT to_jsonb(${arrayLiteral(list)}::text[]) AS back`;
      expect(row?.back).toEqual(list);
    }),
    { numRuns: 300 },
  );
});

it("carries numbers, ids and times of the kinds that money is made of", async () => {
  const numbers = [0, -1, 1, 9_999_000_000, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER];
  const ids = ["00000000-0000-0000-0002-00000000003f", null, "ffffffff-ffff-ffff-ffff-ffffffffffff"];
  const times = ["2026-03-01T00:00:00.001Z", "1970-01-01T00:00:00Z"];
  const [row] = await db.sql<{ numbers: string[]; ids: (string | null)[]; ms: string[] }[]>`
    SELECT ${arrayLiteral(numbers)}::bigint[] AS numbers, to_jsonb(${arrayLiteral(ids)}::uuid[]) AS ids,
      ARRAY(SELECT (extract(epoch FROM t) * 1000)::bigint FROM unnest(${arrayLiteral(times)}::timestamptz[]) AS t) AS ms`;
  expect(row?.numbers.map(Number)).toEqual(numbers);
  expect(row?.ids).toEqual(ids);
  expect(row?.ms.map(Number)).toEqual(times.map((time) => Date.parse(time)));
});

it("refuses what is no number instead of storing something else", async () => {
  await expect(db.sql`SELECT ${arrayLiteral([Number.NaN])}::bigint[]`).rejects.toThrow();
  await expect(db.sql`SELECT ${arrayLiteral([1.5])}::bigint[]`).rejects.toThrow();
});
