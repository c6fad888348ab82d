import { expect, it } from "vitest";
import { formatYuan, parseYuan } from "./parse-yuan";

it.each([
  ["1", 100],
  ["0.1", 10],
  ["0.01", 1],
  ["1,234.5", 123_450],
  [" ¥ 19.99 ", 1_999],
  ["999999999.99", 99_999_999_999],
])("reads %j as %d fen", (text, fen) => expect(parseYuan(text)).toBe(fen));

it.each(["", "-1", "1.234", "1e3", ".5", "1.", "abc", "1234567890", "١"])("does not take %j", (text) =>
  expect(parseYuan(text)).toBeNull(),
);

it.each([0, 1, 99, 100, 123_450, 99_999_999_999])("reads back what it wrote of %d fen", (fen) =>
  expect(parseYuan(formatYuan(fen))).toBe(fen),
);
