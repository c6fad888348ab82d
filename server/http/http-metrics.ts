import { counter, histogram } from "@/platform/observability/metrics";

const calls = counter("downpour_procedure_calls_total", "Procedure calls by procedure and HTTP status", [
  "procedure",
  "status",
]);
const HTTP_SERVER_ERROR = 500;
const seconds = histogram("downpour_procedure_seconds", "Time a procedure took", ["procedure"]);

/** A procedure's figures with their labels, which are looked up once. */
interface Figures {
  observe(value: number): void;
  byStatus: Map<number, { inc(): void }>;
}
const figures = new Map<string, Figures>();

export function countCall(procedure: string, httpStatus: number, startedMs: number): void {
  let known = figures.get(procedure);
  if (!known) {
    known = { observe: seconds.labels(procedure).observe, byStatus: new Map() };
    figures.set(procedure, known);
  }
  let call = known.byStatus.get(httpStatus);
  if (!call) {
    call = calls.labels(procedure, String(httpStatus));
    known.byStatus.set(httpStatus, call);
  }
  call.inc();
  known.observe((performance.now() - startedMs) / 1_000);
}

/** Answers of this process that were our own fault. */
export async function readErrorsTotal(): Promise<number> {
  const { values } = await calls.get();
  return values.reduce(
    (sum, { labels, value }) => (Number(labels.status) >= HTTP_SERVER_ERROR ? sum + value : sum),
    0,
  );
}
