const DELAY_MS_MIN = 250;
const DELAY_MS_MAX = 15_000;

/** How long to wait before attempt number `attempt` (from 1): doubling from 250 ms to 15 s. */
export function backOffMs(attempt: number): number {
  return Math.min(DELAY_MS_MAX, DELAY_MS_MIN * 2 ** (attempt - 1));
}
