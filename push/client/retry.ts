import { type BackOff, backOffMs } from "@/domain/rules/back-off";
import { onWake } from "./on-wake";

export interface RetryParts {
  /** Tries it again; what became of it is told by `failed` or `rest`. */
  attempt: () => void;
  backOff: BackOff;
  random?: () => number;
  /** See `onWake`. */
  listen?: (listener: () => void) => () => void;
}

/**
 * Tries something again for as long as it is wanted: after each failure more rarely, and at once when the network comes
 * back or the page becomes visible. It never gives up by itself; `stop` says that it is wanted no more.
 */
export class Retry {
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failedAtMs = 0;
  #isStopped = false;
  #stopListening: (() => void) | undefined;

  constructor(private readonly parts: RetryParts) {}

  /** Whether the last try failed and the next is still to come. */
  get isWaiting(): boolean {
    return this.#timer !== undefined;
  }

  failed(): void {
    if (this.#isStopped) return;
    const { backOff, random = Math.random, listen = onWake } = this.parts;
    this.#stopListening ??= listen(() => this.#wake());
    this.#failedAtMs = performance.now();
    this.#tryIn(backOffMs(this.#failures, random(), backOff));
    this.#failures += 1;
  }

  /** It works, or is not wanted now: the next failure is the first of a row again. */
  rest(): void {
    this.#failures = 0;
    this.#clear();
    this.#stopListening?.();
    this.#stopListening = undefined;
  }

  stop(): void {
    this.#isStopped = true;
    this.rest();
  }

  /** However often the network comes and goes, a try follows a failure after the first pause at the earliest. */
  #wake(): void {
    if (!this.isWaiting) return;
    this.#failures = 0;
    this.#tryIn(Math.max(0, this.parts.backOff.firstMs - (performance.now() - this.#failedAtMs)));
  }

  #tryIn(delayMs: number): void {
    this.#clear();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.parts.attempt();
    }, delayMs);
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
