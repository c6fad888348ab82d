/**
 * Tells "a database or Redis is away, busy or too slow" from a defect of ours, by the codes and texts that the drivers
 * use. The whole chain of causes is looked at, because query builders wrap what the driver threw.
 */
const CODES = new Set([
  // Sockets.
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "ETIMEDOUT",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  // The PostgreSQL driver.
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  // PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html): shutting down, starting, too many
  // connections, statement or lock time-out, idle in transaction, read-only standby, deadlock, serialisation.
  "57P01",
  "57P02",
  "57P03",
  "57P05",
  "53300",
  "53400",
  "57014",
  "55P03",
  "25P03",
  "25006",
  "40P01",
  "40001",
]);

/** Starts of what the Redis driver and Redis itself say. */
const MESSAGES = [
  "Command timed out",
  "Connection is closed",
  "Stream isn't writeable",
  "Reached the max retries per request",
  "None of startup nodes is available",
  "Failed to refresh slots cache",
  "LOADING ",
  "READONLY ",
  "CLUSTERDOWN ",
  "MASTERDOWN ",
  "TRYAGAIN ",
  "MISCONF ",
  "OOM ",
  "BUSY ",
  "NOREPLICAS ",
];

const CAUSES_MAX = 8;

export function isUnavailable(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth++) {
    const code = (current as { code?: unknown }).code;
    if (typeof code === "string" && (CODES.has(code) || /^08[\dA-Z]{3}$/.test(code))) return true;
    const { message } = current;
    if (MESSAGES.some((start) => message.startsWith(start))) return true;
    current = current.cause;
  }
  return false;
}
