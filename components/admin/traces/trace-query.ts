const TRACE_ID = /^[\da-f]{32}$/;
const TEXT_MAX = 64;

export type TraceQuery = { traceId: string } | { text: string } | { empty: true };

/** What the address asks for: one trace, what may have traces, or nothing yet. */
export function readTraceQuery(params: { get(name: string): string | null }): TraceQuery {
  const text = (params.get("q") ?? "").trim().slice(0, TEXT_MAX);
  if (text === "") return { empty: true };
  const folded = text.toLowerCase();
  return TRACE_ID.test(folded) ? { traceId: folded } : { text };
}
