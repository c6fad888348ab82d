/** Lets `burst` through at once and `perSecond` after that. */
export class TokenBucket {
  private tokens: number;
  private refilledAtMs = 0;

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
  ) {
    this.tokens = burst;
  }

  /** Takes tokens, one unless told otherwise; none and false when there are not so many. `nowMs` never runs backwards. */
  take(nowMs: number, count = 1): boolean {
    const earned = ((nowMs - this.refilledAtMs) * this.perSecond) / 1000;
    this.tokens = Math.min(this.burst, this.tokens + earned);
    this.refilledAtMs = nowMs;
    if (this.tokens < count) return false;
    this.tokens -= count;
    return true;
  }
}
