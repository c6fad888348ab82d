import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";

/** W3C trace context (https://www.w3.org/TR/trace-context/): 32 hex digits that follow one user action everywhere. */
const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}/;
const ALL_ZERO = "0".repeat(32);

export function newTraceId(): string {
  return randomBytes(16).toString("hex");
}

/** The trace id of a `traceparent` header, or undefined when the header is missing or malformed. */
export function parseTraceparent(header: string | undefined): string | undefined {
  if (!header) return undefined;
  const traceId = TRACEPARENT.exec(header)?.[1];
  return traceId === ALL_ZERO ? undefined : traceId;
}

export function formatTraceparent(traceId: string): string {
  return `00-${traceId}-${randomBytes(8).toString("hex")}-01`;
}

const storage = new AsyncLocalStorage<{ traceId: string }>();

/** Runs `fn` so that every log line written inside carries this trace id. */
export function withTrace<T>(traceId: string, fn: () => T): T {
  return storage.run({ traceId }, fn);
}

export function currentTraceId(): string | undefined {
  return storage.getStore()?.traceId;
}
