import { expect, it } from "vitest";
import { judgePayout, PAYOUT_ATTEMPTS_MAX, type PayoutAnswer, payoutPauseMs } from "./payout";

const answer = (state: PayoutAnswer["state"], amountFen: number | null = 100): PayoutAnswer => ({
  state,
  amountFen,
  providerRef: null,
  reason: null,
});

it.each([
  [answer("paid"), "paid"],
  [answer("paid", 99), "unclear"],
  [answer("paid", null), "unclear"],
  [answer("processing"), "unclear"],
  [answer("unknown", null), "unclear"],
  [answer("refused"), "failed"],
  [answer("refused", null), "failed"],
] as const)("takes %j for %s", (said, judged) => expect(judgePayout(100, said)).toBe(judged));

it("asks ever more rarely, and not for ever", () => {
  const pauses = Array.from({ length: PAYOUT_ATTEMPTS_MAX - 1 }, (_, i) => payoutPauseMs(i + 1) ?? -1);
  expect(pauses.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  expect(Math.max(...pauses)).toBe(900_000);
  expect(payoutPauseMs(PAYOUT_ATTEMPTS_MAX)).toBeNull();
});
