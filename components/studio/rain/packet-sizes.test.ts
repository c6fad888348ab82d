import { expect, it } from "vitest";
import { groupBySize } from "./packet-sizes";

it("every packet lies in exactly one part, which holds it", () => {
  const amounts = Array.from({ length: 1_000 }, (_, i) => 1 + ((i * 37) % 199));
  const parts = groupBySize(amounts, 12);
  expect(parts.length).toBeLessThanOrEqual(12);
  expect(parts.reduce((sum, part) => sum + part.packets, 0)).toBe(1_000);
  for (const { fromCoins, toCoins, packets } of parts) {
    expect(packets).toBe(amounts.filter((coins) => coins >= fromCoins && coins <= toCoins).length);
  }
});

it("few sizes give a part each, no packets none", () => {
  expect(groupBySize([1, 2, 2, 3], 12)).toEqual([
    { fromCoins: 1, toCoins: 1, packets: 1 },
    { fromCoins: 2, toCoins: 2, packets: 2 },
    { fromCoins: 3, toCoins: 3, packets: 1 },
  ]);
  expect(groupBySize([], 12)).toEqual([]);
});
