/** What a provider says of a payout. */
export interface PayoutAnswer {
  /** `processing`: it has the order; `unknown`: it never heard of it. A refusal is final for this payout. */
  state: "paid" | "refused" | "processing" | "unknown";
  amountFen: number | null;
  providerRef: string | null;
  reason: string | null;
}

/**
 * What an answer, or the lack of one, means for a payout of `amountFen`: only a definite word about just this payout ends
 * it. Whatever else came is not clear, and what is not clear may have been paid.
 */
export function judgePayout(amountFen: number, answer: PayoutAnswer): "paid" | "failed" | "unclear" {
  if (answer.state === "refused") return "failed";
  if (answer.state === "paid" && answer.amountFen === amountFen) return "paid";
  return "unclear";
}

const FIRST_PAUSE_MS = 5_000;
const PAUSE_MS_MAX = 15 * 60_000;
/** About a day; then a person has to say that it is worth asking on. */
export const PAYOUT_ATTEMPTS_MAX = 100;

/** How long to wait before the provider is asked again; null when that has been done often enough. */
export function payoutPauseMs(attempts: number): number | null {
  if (attempts >= PAYOUT_ATTEMPTS_MAX) return null;
  return Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS * 2 ** Math.min(20, attempts - 1));
}
