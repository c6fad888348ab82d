import { bucketField, CALL_BOUNDS_SECONDS, errorsField, refusalsField } from "@/domain/rules/call-buckets";
import { counter, histogram } from "@/platform/observability/metrics";

const calls = counter("downpour_procedure_calls_total", "Procedure calls by procedure and HTTP status", [
  "procedure",
  "status",
]);
const HTTP_REFUSED = 400;
const HTTP_SERVER_ERROR = 500;
const seconds = histogram(
  "downpour_procedure_seconds",
  "Time a procedure took",
  ["procedure"],
  [...CALL_BOUNDS_SECONDS],
);

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

/** Calls of this process since it began, as fields of `domain/rules/call-buckets`. */
export async function readCallTotals(): Promise<Map<string, number>> {
  const totals = new Map<string, number>();
  const add = (field: string, value: number) => totals.set(field, (totals.get(field) ?? 0) + value);
  for (const { labels, value } of (await calls.get()).values) {
    const procedure = String(labels.procedure);
    if (Number(labels.status) >= HTTP_SERVER_ERROR) add(errorsField(procedure), value);
    else if (Number(labels.status) >= HTTP_REFUSED) add(refusalsField(procedure), value);
  }
  // Buckets come in ascending order, and each counts those before it.
  const before = new Map<string, { index: number; value: number }>();
  for (const { labels, value, metricName } of (await seconds.get()).values) {
    if (!metricName?.endsWith("_bucket")) continue;
    const procedure = String(labels.procedure);
    const last = before.get(procedure) ?? { index: -1, value: 0 };
    const index = last.index + 1;
    add(bucketField(procedure, index), value - last.value);
    before.set(procedure, { index, value });
  }
  return totals;
}
