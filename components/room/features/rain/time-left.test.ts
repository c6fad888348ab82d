import { expect, it } from "vitest";
import { formatTimeLeft } from "./time-left";

it.each([
  [-5_000, "0:00"],
  [1, "0:01"],
  [59_001, "1:00"],
  [245_000, "4:05"],
  [3_845_000, "1:04:05"],
])("%d ms left reads %s", (leftMs, text) => expect(formatTimeLeft(leftMs)).toBe(text));
