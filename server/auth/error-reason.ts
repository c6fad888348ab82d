/**
 * Why something failed, for the log of sign-in: the driver's own words, without the statement and its parameters that
 * the query builder puts around them, because those hold phone numbers and codes.
 */
export function errorReason(error: unknown): string {
  let current = error;
  while (current instanceof Error && current.cause instanceof Error) current = current.cause;
  if (!(current instanceof Error)) return "unknown";
  return current.message.split("\nparams:", 1)[0] ?? current.name;
}
