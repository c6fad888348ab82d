import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "./services/os-process";

/** A process that something is expected of. */
export interface Watched {
  readonly name: string;
  readonly pid: number;
  /** What it said last. */
  readonly output: readonly string[];
}

const LINES_SHOWN = 40;

/** One sentence and what the process said last. */
export function describeEnd(one: Watched, what: string): string {
  return [`${one.name} ${what}.`, ...one.output.slice(-LINES_SHOWN)].join("\n");
}

/**
 * Looks again and again until `look` finds something.
 * @throws Error when it takes too long, or when a process that works towards it has ended.
 */
export async function waitFor<T>(
  what: string,
  by: readonly Watched[],
  look: () => Promise<T | undefined>,
  { msMax = 5 * 60_000, pollMs = 20 } = {},
): Promise<T> {
  const until = performance.now() + msMax;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    for (const one of by)
      if (!isAlive(one.pid))
        throw new Error(describeEnd(one, `has ended, and this was still to come: ${what}`));
    if (performance.now() > until) throw new Error(`Not within ${msMax} ms: ${what}.`);
    await delay(pollMs);
  }
}
