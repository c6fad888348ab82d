import { expect, it } from "vitest";
import { backOffMs } from "./back-off";

it("doubles and then stays at its bound", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 100].map(backOffMs)).toEqual([
    250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
  ]);
});
