/** Codes of sockets and of the PostgreSQL driver that say "away, busy or too slow". */
const AWAY_CODES = new Set([
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
]);

/**
 * Classes of PostgreSQL's codes (https://www.postgresql.org/docs/current/errcodes-appendix.html) that say nothing of what
 * was asked: connection, transaction state (read-only, idle too long), password or role, no such database, out of disk,
 * memory or connections, stopped or starting or out of time, input and output.
 */
const AWAY_CLASSES = new Set(["08", "25", "28", "3D", "53", "57", "58"]);
/** Somebody else holds what is needed: lock time-out, serialisation, deadlock. */
const BLOCKED_CODES = new Set(["55P03", "40001", "40P01"]);
/** The program and the database do not fit: plan outlived, no right, no such schema, table, column or function. So does XX, damaged data. */
const MISFIT_CODES = new Set(["0A000", "3F000", "42501", "42P01", "42703", "42883"]);

/** Starts of what the Redis driver and Redis itself say. */
const AWAY_MESSAGES = [
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
  "NOPERM ",
  "NOAUTH ",
  "WRONGPASS ",
  "MOVED ",
  "ASK ",
  "ERR max number of clients reached",
];

/** PostgreSQL: a text it cannot store (NUL), a number or a time out of its range. */
const REFUSED_VALUE_CODES = new Set(["22021", "22P05", "22003", "22008"]);

const CAUSES_MAX = 8;

interface Cause {
  code: string;
  message: string;
  /** Where PostgreSQL names it. */
  table: string;
}

/** An error and what caused it: query builders wrap what the driver threw. */
function* causesOf(error: unknown): Generator<Cause> {
  let current = error;
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth++) {
    const { code, table_name: table } = current as { code?: unknown; table_name?: unknown };
    yield {
      code: typeof code === "string" ? code : "",
      message: current.message,
      table: typeof table === "string" ? table : "",
    };
    current = current.cause;
  }
}

function someCause(error: unknown, is: (cause: Cause) => boolean): boolean {
  for (const cause of causesOf(error)) if (is(cause)) return true;
  return false;
}

const isSqlState = (code: string) => /^[\dA-Z]{5}$/.test(code);

/** A database or Redis is away, full, refuses us or is too slow: whatever is asked of it now will fail alike. */
export function isAway(error: unknown): boolean {
  return someCause(
    error,
    ({ code, message }) =>
      AWAY_CODES.has(code) ||
      (isSqlState(code) && AWAY_CLASSES.has(code.slice(0, 2))) ||
      AWAY_MESSAGES.some((start) => message.startsWith(start)),
  );
}

/** Somebody else holds a row that is needed: what needs other rows may go on. */
export function isBlocked(error: unknown): boolean {
  return someCause(error, ({ code }) => BLOCKED_CODES.has(code));
}

/** A store is not as it should be: what needs other parts of it may still go on. */
function isMisfit(error: unknown): boolean {
  return someCause(
    error,
    ({ code }) => MISFIT_CODES.has(code) || (isSqlState(code) && code.startsWith("XX")),
  );
}

/** Tells "a service we need is away, unfit, busy or too slow", which passes, from a defect of ours. */
export function isUnavailable(error: unknown): boolean {
  return isAway(error) || isBlocked(error) || isMisfit(error);
}

/**
 * Whether the values of a row can have caused it, whoever wrote it: a value that its column cannot hold, or a CHECK of one
 * of `ownTables`, to which it adds rows of its own. Nothing else: a key that is there already, a reference to what is
 * missing or a column that must not be empty say as well that the tables are not what we believe. A column or a CHECK
 * may be wrong too: whoever acts on it first sees to it that others pass.
 */
export function isOwnFault(error: unknown, ownTables: ReadonlySet<string>): boolean {
  return someCause(
    error,
    ({ code, table }) =>
      (isSqlState(code) && code.startsWith("22")) || (code === "23514" && ownTables.has(table)),
  );
}

/** Tells a value that the database cannot hold, and that got past the contract, from a defect of ours. */
export function isRefusedValue(error: unknown): boolean {
  return someCause(error, ({ code }) => REFUSED_VALUE_CODES.has(code));
}
