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

  /** Takes one token; false when there is none. `nowMs` never runs backwards. */
  take(nowMs: number): boolean {
    const earned = ((nowMs - this.refilledAtMs) * this.perSecond) / 1000;
    this.tokens = Math.min(this.burst, this.tokens + earned);
    this.refilledAtMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
