import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeWalks } from "./merge-walks";

interface Row {
  below: string;
  at: Date;
  sentAt: Date;
  isMatch: boolean;
}

/** A walk over rows that are numbered upwards by time, of which some match; looks at `lookRows` at a time. */
function look(all: readonly Row[], below: string, lookRows: number, limit: number) {
  const rest = all.filter((row) => Number(row.below) < Number(below)).slice(0, lookRows);
  const rows = rest.filter(({ isMatch }) => isMatch).slice(0, limit);
  const last = rows.length === limit ? rows.at(-1) : rest.length === lookRows ? rest.at(-1) : undefined;
  return { rows, floor: last ? { below: last.below, at: last.at } : null };
}

const walk = fc.array(fc.record({ gapMs: fc.nat(50), isMatch: fc.boolean() }), { maxLength: 60 });

describe("walks that are merged", () => {
  it("show every row that matches once, newest first, whatever the pages and however far a look goes", () => {
    fc.assert(
      fc.property(
        fc.array(walk, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 15 }),
        (histories, limit, lookRows) => {
          const all = histories.map((steps) => {
            let ms = 1_000_000;
            return steps.map(({ gapMs, isMatch }, i): Row => {
              ms -= gapMs;
              return { below: String(steps.length - i), at: new Date(ms), sentAt: new Date(ms), isMatch };
            });
          });
          let walks = all.map((_, i) => ({ key: String(i), below: "1000" }));
          const shown: Row[] = [];
          for (let pages = 0; walks.length > 0; pages++) {
            expect(pages).toBeLessThan(1_000);
            const looks = walks.map(({ key, below }) =>
              look(all[Number(key)] ?? [], below, lookRows, limit + 1),
            );
            const merged = mergeWalks(walks, looks, limit);
            expect(merged.rows.length).toBeLessThanOrEqual(limit);
            shown.push(...merged.rows);
            walks = merged.walks;
          }
          expect(new Set(shown)).toEqual(new Set(all.flat().filter(({ isMatch }) => isMatch)));
          expect(shown).toHaveLength(new Set(shown).size);
          const times = shown.map(({ at }) => at.getTime());
          expect(times).toEqual(times.toSorted((a, b) => b - a));
        },
      ),
    );
  });

  it("says how far it was looked through when too little matches", () => {
    const floor = { below: "7", at: new Date(500) };
    const merged = mergeWalks([{ key: "a", below: "9" }], [{ rows: [], floor }], 5);
    expect(merged).toEqual({ rows: [], walks: [{ key: "a", below: "7" }], searchedTo: floor.at });
  });

  it("comes to an end with the last row of an exact page", () => {
    const row = { below: "1", at: new Date(1), sentAt: new Date(1) };
    expect(mergeWalks([{ key: "a", below: "9" }], [{ rows: [row], floor: null }], 1)).toMatchObject({
      rows: [row],
      walks: [],
    });
  });
});
