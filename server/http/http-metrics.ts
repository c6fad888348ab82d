import { counter, histogram } from "../observability/metrics";

const calls = counter("downpour_procedure_calls_total", "Procedure calls by procedure and HTTP status", [
  "procedure",
  "status",
]);
const seconds = histogram("downpour_procedure_seconds", "Time a procedure took", ["procedure"]);

/** Labels are looked up once each: a procedure's figures cost one addition and one bucket search a call. */
const boundCalls = new Map<string, { inc(): void }>();
const boundSeconds = new Map<string, { observe(value: number): void }>();

export function countCall(procedure: string, httpStatus: number, startedMs: number): void {
  const id = `${procedure} ${httpStatus}`;
  let call = boundCalls.get(id);
  if (!call) {
    call = calls.labels(procedure, String(httpStatus));
    boundCalls.set(id, call);
  }
  call.inc();
  let second = boundSeconds.get(procedure);
  if (!second) {
    second = seconds.labels(procedure);
    boundSeconds.set(procedure, second);
  }
  second.observe((performance.now() - startedMs) / 1_000);
}
