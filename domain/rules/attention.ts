/** Nothing that waits for an operator is counted further than this. */
export const ATTENTION_COUNTED_MAX = 100;
