export interface FairQueueLimits {
  atOnceMax: number;
  /** Of one key. */
  atOncePerKeyMax: number;
  waitingMax: number;
  waitingPerKeyMax: number;
}

interface Waiting {
  task: () => Promise<void>;
  isGone: () => boolean;
  settle: { resolve: () => void; reject: (error: unknown) => void };
}

/**
 * Lets so many tasks run at once and the rest wait, the keys taking turns: who brings a thousand waits behind itself, and
 * somebody else's first one is next but one.
 */
export class FairQueue {
  /** In the order of their turns. Only keys with something waiting are here. */
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #running = new Map<string, number>();
  #waitingCount = 0;
  #runningCount = 0;

  constructor(
    private readonly limits: FairQueueLimits,
    private readonly onWaiting: (count: number) => void = () => {},
  ) {}

  /** What stands in the way of another task of this key. */
  findObstacle(key: string): "key" | "all" | undefined {
    if (this.#mayRun(key)) return undefined;
    if ((this.#waiting.get(key)?.length ?? 0) >= this.limits.waitingPerKeyMax) return "key";
    return this.#waitingCount >= this.limits.waitingMax ? "all" : undefined;
  }

  /** Resolves or rejects with the task; resolves without having run it when `isGone` says so at its turn. */
  run(key: string, isGone: () => boolean, task: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const one: Waiting = { task, isGone, settle: { resolve, reject } };
      if (this.#mayRun(key)) {
        this.#start(key, one);
        return;
      }
      const others = this.#waiting.get(key);
      if (others) others.push(one);
      else this.#waiting.set(key, [one]);
      this.#count(1);
    });
  }

  #mayRun(key: string): boolean {
    const { atOnceMax, atOncePerKeyMax } = this.limits;
    // Whoever waits already was here before.
    const hasOthers = this.#waiting.has(key);
    return !hasOthers && this.#runningCount < atOnceMax && (this.#running.get(key) ?? 0) < atOncePerKeyMax;
  }

  #start(key: string, one: Waiting): void {
    this.#runningCount += 1;
    this.#running.set(key, (this.#running.get(key) ?? 0) + 1);
    one
      .task()
      .then(one.settle.resolve, one.settle.reject)
      .finally(() => {
        this.#runningCount -= 1;
        const left = (this.#running.get(key) ?? 1) - 1;
        if (left > 0) this.#running.set(key, left);
        else this.#running.delete(key);
        this.#startNext();
      });
  }

  #startNext(): void {
    for (const [key, list] of this.#waiting) {
      if (this.#runningCount >= this.limits.atOnceMax) return;
      if ((this.#running.get(key) ?? 0) >= this.limits.atOncePerKeyMax) continue;
      const one = this.#takeFirst(list);
      // To the end of the turns.
      this.#waiting.delete(key);
      if (list.length > 0) this.#waiting.set(key, list);
      if (one) this.#start(key, one);
    }
  }

  #takeFirst(list: Waiting[]): Waiting | undefined {
    let one = list.shift();
    while (one) {
      this.#count(-1);
      if (!one.isGone()) return one;
      one.settle.resolve();
      one = list.shift();
    }
    return undefined;
  }

  #count(change: number): void {
    this.#waitingCount += change;
    this.onWaiting(this.#waitingCount);
  }
}
