import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  wrap,
} from "cockatiel";
import { BizError } from "@/domain/contracts/errors";
import { watchBreaker } from "@/platform/observability/breakers";
import { counter } from "@/platform/observability/metrics";

const failures = counter(
  "downpour_calls_out_failed_total",
  "Calls to other companies' services that failed",
  ["service"],
);

/** One try of a call out may take this long. */
export const CALL_OUT_MS_MAX = 2_000;
const RETRIES_MAX = 2;
/** After this many failures in a row nobody waits for the service any more, until a try after the pause succeeds. */
const FAILURES_MAX = 5;
const PAUSE_MS = 5_000;

/** The service is away, overloaded or broken; the same call may work later. */
export class CallOutError extends Error {}

/** Makes one call with tries, a breaker and one name for every failure that trying again may cure. */
export type CallOut = <T>(call: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/**
 * Calls to one service. `call` is tried again when it throws a `CallOutError`, so it must be safe to repeat; it is to give
 * up when its signal says so. The caller gets UNAVAILABLE when all tries failed, and whatever else `call` threw as it is.
 */
export function createCallOut(service: string, options: { retriesMax?: number } = {}): CallOut {
  const isTransient = handleWhen((error) => error instanceof CallOutError);
  const breaker = circuitBreaker(isTransient, {
    halfOpenAfter: PAUSE_MS,
    breaker: new ConsecutiveBreaker(FAILURES_MAX),
  });
  watchBreaker(service, breaker);
  const tries = retry(isTransient, {
    maxAttempts: options.retriesMax ?? RETRIES_MAX,
    backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1_000 }),
  });
  const policy = wrap(tries, breaker);
  return async (call) => {
    try {
      return await policy.execute(() => call(AbortSignal.timeout(CALL_OUT_MS_MAX)));
    } catch (cause) {
      if (!(cause instanceof CallOutError) && !(cause instanceof BrokenCircuitError)) throw cause;
      failures.inc({ service });
      throw new BizError("UNAVAILABLE", { service }, { cause });
    }
  };
}
