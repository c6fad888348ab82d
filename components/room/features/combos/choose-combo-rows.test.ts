import { expect, test } from "vitest";
import { type ComboRow, chooseComboRows } from "./choose-combo-rows";

const NOW_MS = Date.parse("2030-01-01T00:00:00Z");

function comboRow(comboId: string, over: Partial<ComboRow> = {}): ComboRow {
  return {
    comboId,
    senderName: "Lin",
    giftName: "Crown",
    effect: "crown",
    count: 1,
    totalCoins: 20,
    own: false,
    endsAt: "2030-01-01T00:00:05Z",
    ...over,
  };
}

function ids(rows: ComboRow[]): string[] {
  return rows.map((row) => row.comboId);
}

test("a combo closes at the moment its window ends", () => {
  const rows = [
    comboRow("a", { endsAt: "2030-01-01T00:00:00Z" }),
    comboRow("b", { endsAt: "2030-01-01T00:00:00.001Z" }),
  ];
  expect(ids(chooseComboRows(rows, NOW_MS))).toEqual(["b"]);
});

test("keeps the own combo and the most valuable ones, in the order they came", () => {
  const rows = [
    comboRow("small", { totalCoins: 10 }),
    comboRow("big", { totalCoins: 900 }),
    comboRow("own", { totalCoins: 5, own: true }),
    comboRow("middle", { totalCoins: 50 }),
  ];
  expect(ids(chooseComboRows(rows, NOW_MS))).toEqual(["big", "own", "middle"]);
});

test("one combo is one row, with its latest count", () => {
  expect(chooseComboRows([comboRow("a"), comboRow("a", { count: 7 })], NOW_MS)).toMatchObject([
    { comboId: "a", count: 7 },
  ]);
});
