/** Runs `action` at most once per interval: the first request at once, those that follow together at its end. */
export class Throttle {
  private timer: NodeJS.Timeout | undefined;
  private isRequested = false;

  constructor(
    private readonly intervalMs: number,
    private readonly action: () => void,
  ) {}

  request(): void {
    if (this.timer) {
      this.isRequested = true;
    } else {
      this.run();
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isRequested = false;
  }

  private run(): void {
    this.isRequested = false;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.isRequested) this.run();
    }, this.intervalMs);
    this.timer.unref();
    this.action();
  }
}
