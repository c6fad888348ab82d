/** The first and the longest pause between two tries, in milliseconds. */
export interface BackOff {
  firstMs: number;
  maxMs: number;
}

/**
 * How long to wait after `failures + 1` failures in a row, in milliseconds: doubled each time, bounded, and spread by
 * `random` in [0, 1), so that a crowd that lost the same thing does not come back in step.
 */
export function backOffMs(failures: number, random: number, { firstMs, maxMs }: BackOff): number {
  return Math.round(Math.min(maxMs, firstMs * 2 ** Math.max(0, failures)) * (0.75 + random * 0.5));
}
