import type { Log } from "../observability/log";

const running = new Set<Promise<void>>();

/** Starts what a caller need not wait for. A failure is logged; `finishBackground` waits for the rest at the end. */
export function runInBackground(log: Log, what: string, traceId: string, work: Promise<unknown>): void {
  const task = work
    .then(
      () => {},
      (error: unknown) => log.warn({ reason: String(error), traceId }, `${what} failed`),
    )
    .finally(() => running.delete(task));
  running.add(task);
}

/** Resolves when everything started so far has ended. */
export async function finishBackground(): Promise<void> {
  await Promise.all(running);
}
