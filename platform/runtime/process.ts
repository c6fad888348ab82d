import type { Log } from "../observability/log";
import { redirectConsole } from "../observability/redirect-console";

/** How long a process may take to drain before it is ended all the same. */
const DRAIN_MS_MAX = 10_000;

/**
 * Ends a process the polite way: on SIGTERM or SIGINT (and when its parent goes away) `drain` runs once, then the
 * process exits 0. An error nobody caught ends the process with 1, because its state can no longer be trusted.
 */
export function runUntilSignalled(log: Log, drain: () => Promise<void>): void {
  redirectConsole(log);
  let stopping = false;
  const stop = (reason: string, reasonCode: number) => {
    let exitCode = reasonCode;
    if (stopping) return;
    stopping = true;
    log.info({ reason }, "stopping");
    const deadline = setTimeout(() => {
      log.warn({ drainMsMax: DRAIN_MS_MAX }, "drain took too long; leaving");
      process.exit(exitCode || 1);
    }, DRAIN_MS_MAX);
    deadline.unref();
    drain()
      .catch((error: unknown) => {
        log.error({ err: error }, "drain failed");
        exitCode ||= 1;
      })
      .finally(() => process.exit(exitCode));
  };
  process.on("SIGTERM", () => stop("SIGTERM", 0));
  process.on("SIGINT", () => stop("SIGINT", 0));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "uncaught exception");
    stop("uncaughtException", 1);
  });
  process.on("unhandledRejection", (error) => {
    log.fatal({ err: error }, "unhandled rejection");
    stop("unhandledRejection", 1);
  });
}
