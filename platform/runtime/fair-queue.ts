import { LRUCache } from "lru-cache";

export interface FairQueueLimits {
  atOnceMax: number;
  /** Of one key. */
  atOncePerKeyMax: number;
  waitingMax: number;
  waitingPerKeyMax: number;
  pace?: Pace;
}

/** What one key may use in the long run: so much of the work that is done for tasks, after so much at once. */
export interface Pace {
  /** 0.5 is half of the time. */
  share: number;
  /** Also the most that one task is charged. */
  burstMs: number;
  /** A clock that goes while tasks are worked on, and stands while they wait for something. Without it all time is work. */
  readWorkedMs?: () => number;
}

interface Waiting {
  task: () => Promise<void>;
  isGone: () => boolean;
  settle: { resolve: () => void; reject: (error: unknown) => void };
}

const KEYS_MAX = 20_000;

/**
 * Lets so many tasks run at once and the rest wait, the keys taking turns: who brings a thousand waits behind itself, and
 * somebody else's first one is next but one. A key that goes on and on rests in between, so that it does not have all the
 * time there is when nobody else is here.
 */
export class FairQueue {
  /** In the order of their turns. Only keys with something waiting are here. */
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #running = new Map<string, number>();
  /** What keys have used beyond their share, as of an instant. */
  readonly #used = new LRUCache<string, { ms: number; atMs: number }>({ max: KEYS_MAX });
  #waitingCount = 0;
  #runningCount = 0;
  /** What each of the running tasks was worked on, had it run for ever: tasks that run at once share the work of that time. */
  #workOfEachMs = 0;
  #workReadMs = 0;
  #wake: { timer: NodeJS.Timeout; atMs: number } | undefined;

  constructor(
    private readonly limits: FairQueueLimits,
    private readonly onCount: (count: { waiting: number; running: number }) => void = () => {},
  ) {}

  /** What stands in the way of another task of this key. */
  findObstacle(key: string): "key" | "all" | undefined {
    if (this.#mayRun(key)) return undefined;
    if ((this.#waiting.get(key)?.length ?? 0) >= this.limits.waitingPerKeyMax) return "key";
    return this.#waitingCount >= this.limits.waitingMax ? "all" : undefined;
  }

  /** Resolves or rejects with the task; with nothing, and without having run it, when `isGone` says so at its turn. */
  run<T>(key: string, isGone: () => boolean, task: () => Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const one: Waiting = {
        task: async () => resolve(await task()),
        isGone,
        settle: { resolve: () => resolve(undefined), reject },
      };
      if (this.#mayRun(key)) {
        this.#start(key, one);
        return;
      }
      const others = this.#waiting.get(key);
      if (others) others.push(one);
      else this.#waiting.set(key, [one]);
      this.#countWaiting(1);
      this.#wakeAfter(this.#restMs(key));
    });
  }

  #mayRun(key: string): boolean {
    const { atOnceMax, atOncePerKeyMax } = this.limits;
    // Whoever waits already was here before.
    if (this.#waiting.has(key) || this.#runningCount >= atOnceMax) return false;
    return (this.#running.get(key) ?? 0) < atOncePerKeyMax && this.#restMs(key) === 0;
  }

  /** Until a key may go on. */
  #restMs(key: string): number {
    const { pace } = this.limits;
    const used = pace && this.#used.get(key);
    if (!used) return 0;
    const stillMs = used.ms - (performance.now() - used.atMs) * pace.share;
    return stillMs <= pace.burstMs ? 0 : Math.ceil((stillMs - pace.burstMs) / pace.share);
  }

  /** More than a burst is not charged: a machine that stood still for an hour must not keep anybody out for five. */
  #use(key: string, workMs: number): void {
    const { pace } = this.limits;
    if (!pace) return;
    const atMs = performance.now();
    const used = this.#used.get(key);
    const beforeMs = used ? Math.max(0, used.ms - (atMs - used.atMs) * pace.share) : 0;
    this.#used.set(key, { ms: beforeMs + Math.min(workMs, pace.burstMs), atMs });
  }

  #wakeAfter(restMs: number): void {
    if (restMs === 0) return;
    const atMs = performance.now() + restMs;
    if (this.#wake && this.#wake.atMs <= atMs) return;
    clearTimeout(this.#wake?.timer);
    const timer = setTimeout(() => {
      this.#wake = undefined;
      this.#startNext();
    }, restMs);
    this.#wake = { timer: timer.unref(), atMs };
  }

  #start(key: string, one: Waiting): void {
    const begunMs = this.#readWorkOfEach();
    this.#countRunning(1);
    this.#running.set(key, (this.#running.get(key) ?? 0) + 1);
    // One that throws at once ends like any other.
    new Promise<void>((resolve) => resolve(one.task()))
      .then(one.settle.resolve, one.settle.reject)
      .finally(() => {
        this.#use(key, this.#readWorkOfEach() - begunMs);
        this.#countRunning(-1);
        const left = (this.#running.get(key) ?? 1) - 1;
        if (left > 0) this.#running.set(key, left);
        else this.#running.delete(key);
        this.#startNext();
      });
  }

  #readWorkOfEach(): number {
    const nowMs = this.limits.pace?.readWorkedMs?.() ?? performance.now();
    // The clock of a worker that was started again begins anew.
    const workMs = Math.max(0, nowMs - this.#workReadMs);
    this.#workReadMs = nowMs;
    if (this.#runningCount > 0) this.#workOfEachMs += workMs / this.#runningCount;
    return this.#workOfEachMs;
  }

  #startNext(): void {
    for (const [key, list] of this.#waiting) {
      if (this.#runningCount >= this.limits.atOnceMax) return;
      if ((this.#running.get(key) ?? 0) >= this.limits.atOncePerKeyMax) continue;
      const restMs = this.#restMs(key);
      if (restMs > 0) {
        this.#wakeAfter(restMs);
        continue;
      }
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
      this.#countWaiting(-1);
      if (!one.isGone()) return one;
      one.settle.resolve();
      one = list.shift();
    }
    return undefined;
  }

  #countWaiting(change: number): void {
    this.#waitingCount += change;
    this.onCount({ waiting: this.#waitingCount, running: this.#runningCount });
  }

  #countRunning(change: number): void {
    this.#runningCount += change;
    this.onCount({ waiting: this.#waitingCount, running: this.#runningCount });
  }
}
