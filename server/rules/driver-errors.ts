/** Codes that say "a database or Redis is away, busy or too slow". */
const UNAVAILABLE_CODES = new Set([
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
const UNAVAILABLE_MESSAGES = [
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

/** PostgreSQL: a text it cannot store (NUL), a number or a time out of its range. */
const REFUSED_VALUE_CODES = new Set(["22021", "22P05", "22003", "22008"]);

const CAUSES_MAX = 8;

/** An error and what caused it: query builders wrap what the driver threw. */
function* causesOf(error: unknown): Generator<{ code: string; message: string }> {
  let current = error;
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth++) {
    const { code } = current as { code?: unknown };
    yield { code: typeof code === "string" ? code : "", message: current.message };
    current = current.cause;
  }
}

/** Tells "a service we need is away, busy or too slow" from a defect of ours. */
export function isUnavailable(error: unknown): boolean {
  for (const { code, message } of causesOf(error)) {
    if (UNAVAILABLE_CODES.has(code) || /^08[\dA-Z]{3}$/.test(code)) return true;
    if (UNAVAILABLE_MESSAGES.some((start) => message.startsWith(start))) return true;
  }
  return false;
}

/** Tells a value that the database cannot hold, and that got past the contract, from a defect of ours. */
export function isRefusedValue(error: unknown): boolean {
  for (const { code } of causesOf(error)) if (REFUSED_VALUE_CODES.has(code)) return true;
  return false;
}
