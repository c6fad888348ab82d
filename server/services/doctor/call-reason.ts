/** The innermost reason of a failed call in one line: `fetch` and pools wrap what the system said. */
export function callReason(error: unknown): string {
  let reason = error;
  while (reason instanceof Error && reason.cause instanceof Error) reason = reason.cause;
  if (reason instanceof AggregateError && reason.errors.length > 0) reason = reason.errors[0];
  if (!(reason instanceof Error)) return String(reason);
  const { code } = reason as NodeJS.ErrnoException;
  return (reason.message || code || reason.name).split("\n", 1)[0] ?? "";
}
