import { AsyncLocalStorage } from "node:async_hooks";
import { randomFillSync } from "node:crypto";

/** W3C trace context (https://www.w3.org/TR/trace-context/): 32 hex digits that follow one user action everywhere. */
const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}/;
const ALL_ZERO = "0".repeat(32);

/** Random bytes are drawn for many ids at once: asking the system for each shows in profiles. */
const pool = Buffer.allocUnsafeSlow(4_096);
let poolUsed = pool.length;

function randomHex(bytes: number): string {
  if (poolUsed + bytes > pool.length) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  const from = poolUsed;
  poolUsed += bytes;
  return pool.toString("hex", from, poolUsed);
}

export function newTraceId(): string {
  return randomHex(16);
}

/** The trace id of a `traceparent` header, or undefined when the header is missing or malformed. */
export function parseTraceparent(header: string | undefined): string | undefined {
  if (!header) return undefined;
  const traceId = TRACEPARENT.exec(header)?.[1];
  return traceId === ALL_ZERO ? undefined : traceId;
}

export function formatTraceparent(traceId: string): string {
  return `00-${traceId}-${randomHex(8)}-01`;
}

const storage = new AsyncLocalStorage<{ traceId: string }>();

/** Runs `fn` so that every log line written inside carries this trace id. */
export function withTrace<T>(traceId: string, fn: () => T): T {
  return storage.run({ traceId }, fn);
}

export function currentTraceId(): string | undefined {
  return storage.getStore()?.traceId;
}
