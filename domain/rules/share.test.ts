import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildShareTable, type ShareRow, shareInForce } from "./share";

const ANCHOR = "anchor-1";
const DEFAULT_BPS = 5_000;
const ask = (rows: ShareRow[], sentAtMs: number, anchorId = ANCHOR) =>
  shareInForce(buildShareTable(rows), anchorId, sentAtMs, DEFAULT_BPS);

describe("shareInForce", () => {
  it("changes with the exact millisecond from which a share holds", () => {
    const rows = [
      { anchorId: ANCHOR, shareBps: 6_000, effectiveAtMs: 1_000 },
      { anchorId: ANCHOR, shareBps: 7_000, effectiveAtMs: 2_000 },
    ];
    expect(ask(rows, 999)).toBe(DEFAULT_BPS);
    expect(ask(rows, 1_000)).toBe(6_000);
    expect(ask(rows, 1_999)).toBe(6_000);
    expect(ask(rows, 2_000)).toBe(7_000);
    expect(ask(rows, 2_001)).toBe(7_000);
  });

  it("prefers the anchor's own share, however old, to a newer one of the platform", () => {
    const rows = [
      { anchorId: null, shareBps: 4_000, effectiveAtMs: 5_000 },
      { anchorId: ANCHOR, shareBps: 6_000, effectiveAtMs: 1_000 },
    ];
    expect(ask(rows, 9_000)).toBe(6_000);
    expect(ask(rows, 9_000, "somebody else")).toBe(4_000);
    expect(ask(rows, 4_999, "somebody else")).toBe(DEFAULT_BPS);
  });

  it("takes a share of nothing for a share, not for a missing one", () => {
    expect(ask([{ anchorId: ANCHOR, shareBps: 0, effectiveAtMs: 0 }], 1)).toBe(0);
    expect(ask([{ anchorId: null, shareBps: 0, effectiveAtMs: 0 }], 1)).toBe(0);
  });

  it("falls back to the default without any row", () => {
    expect(ask([], 1)).toBe(DEFAULT_BPS);
  });

  it("is the newest row not after the gift, in whatever order rows come", () => {
    const row = fc.record({
      anchorId: fc.constantFrom(ANCHOR, "other", null),
      shareBps: fc.integer({ min: 0, max: 10_000 }),
      effectiveAtMs: fc.integer({ min: 0, max: 60 }),
    });
    const rows = fc.uniqueArray(row, {
      selector: (r) => `${r.anchorId}/${r.effectiveAtMs}`,
      maxLength: 15,
    });
    fc.assert(
      fc.property(rows, fc.integer({ min: -1, max: 61 }), (list, sentAtMs) => {
        const pick = (anchorId: string | null) => {
          let best: ShareRow | undefined;
          for (const r of list) {
            if (r.anchorId !== anchorId || r.effectiveAtMs > sentAtMs) continue;
            if (!best || r.effectiveAtMs > best.effectiveAtMs) best = r;
          }
          return best?.shareBps;
        };
        expect(ask(list, sentAtMs)).toBe(pick(ANCHOR) ?? pick(null) ?? DEFAULT_BPS);
      }),
    );
  });
});
