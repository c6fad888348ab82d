/**
 * Gathers what a busy source produces and hands it on in batches, in order. The first item after a quiet time goes on
 * at once; while ticks run, items wait for the next tick, at most `tickMs`. `flushBatch` may take several turns of
 * the event loop and calls `done` once; meanwhile items wait, so batches never overlap.
 */
export class TickQueue<Item> {
  private pending: Item[] = [];
  private isFlushing = false;
  private isUrgent = false;
  private timer: NodeJS.Timeout | undefined;
  private nextTickAtMs = 0;

  constructor(
    private readonly tickMs: number,
    private readonly flushBatch: (batch: Item[], done: () => void) => void,
  ) {}

  push(item: Item): void {
    this.pending.push(item);
    this.schedule();
  }

  /** Sends this and all that waits before it without waiting for the tick. */
  pushUrgent(item: Item): void {
    this.pending.push(item);
    this.flush();
  }

  /** Hands on all that waits, at once or as soon as the batch under way is done. */
  flush(): void {
    this.isUrgent = this.pending.length > 0;
    this.schedule();
  }

  private schedule(): void {
    if (this.isFlushing || this.pending.length === 0) return;
    const waitMs = this.isUrgent ? 0 : this.nextTickAtMs - performance.now();
    if (waitMs <= 0) {
      this.startFlush();
    } else {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        if (!this.isFlushing && this.pending.length > 0) this.startFlush();
      }, waitMs);
    }
  }

  private startFlush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.pending;
    this.pending = [];
    this.isUrgent = false;
    this.isFlushing = true;
    this.nextTickAtMs = performance.now() + this.tickMs;
    this.flushBatch(batch, () => {
      this.isFlushing = false;
      this.schedule();
    });
  }
}
