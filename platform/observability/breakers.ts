import { counter, gauge } from "./metrics";

const states = gauge(
  "downpour_breaker_state",
  "Breaker of an outside service: 0 closed, 1 half open, 2 open",
  ["service"],
);
const tries = counter("downpour_calls_out_total", "Tries of calls to outside services", [
  "service",
  "outcome",
]);

/** As cockatiel has them. */
interface Breaker {
  onBreak(listener: () => void): unknown;
  onReset(listener: () => void): unknown;
  onHalfOpen(listener: () => void): unknown;
  onSuccess(listener: () => void): unknown;
  onFailure(listener: () => void): unknown;
}

/** Makes the state of a breaker, and what goes through it, figures. */
export function watchBreaker(service: string, breaker: Breaker): void {
  const state = states.labels(service);
  const [ok, failed] = [tries.labels(service, "ok"), tries.labels(service, "failed")];
  state.set(0);
  breaker.onBreak(() => state.set(2));
  breaker.onReset(() => state.set(0));
  breaker.onHalfOpen(() => state.set(1));
  breaker.onSuccess(() => ok.inc());
  breaker.onFailure(() => failed.inc());
}
