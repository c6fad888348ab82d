/** How often it is looked for what is late, as a part of the time that it has. */
const LOOKS = 20;

interface Waiting {
  lateAtMs: number;
  giveUp(error: Error): void;
}

/**
 * Bounds how long promises are waited for: whoever waits is given `onLate()` after `ms` to at most a twentieth more. One
 * clock looks after all of them, because a timer for each costs more than what most of them wait for.
 */
export function createDeadline(ms: number, onLate: () => Error): <T>(promise: Promise<T>) => Promise<T> {
  /** All have the same time, so the first of them is late first. */
  const waiting = new Set<Waiting>();
  let clock: NodeJS.Timeout | undefined;

  function look(): void {
    const nowMs = performance.now();
    for (const one of waiting) {
      if (one.lateAtMs > nowMs) break;
      waiting.delete(one);
      one.giveUp(onLate());
    }
    if (waiting.size > 0) return;
    clearInterval(clock);
    clock = undefined;
  }

  return function inTime(promise) {
    return new Promise((resolve, reject) => {
      const one = { lateAtMs: performance.now() + ms, giveUp: reject };
      waiting.add(one);
      clock ??= setInterval(look, ms / LOOKS);
      promise.then(
        (value) => {
          waiting.delete(one);
          resolve(value);
        },
        (error: unknown) => {
          waiting.delete(one);
          reject(error);
        },
      );
    });
  };
}
