import type { BizErrorDetails, BizErrorName, BizErrorShape } from "@/domain/contracts/errors";

/** `NETWORK`: no answer reached us, so the call may or may not have been carried out. */
export type ClientErrorName = BizErrorName | "NETWORK";

export interface ApiError {
  name: ClientErrorName;
  details: BizErrorDetails;
  traceId: string | null;
}

/** Reads the business error out of whatever a call threw. */
export function readApiError(error: unknown): ApiError {
  const data = (error as { data?: { biz?: BizErrorShape; httpStatus?: number } | null } | null)?.data;
  if (data?.biz) return { name: data.biz.name, details: data.biz.details, traceId: data.biz.traceId };
  return { name: "NETWORK", details: {}, traceId: null };
}

const RETRYABLE: ReadonlySet<ClientErrorName> = new Set<ClientErrorName>([
  "NETWORK",
  "RATE_LIMITED",
  "UNAVAILABLE",
  "INTERNAL",
]);

/** Whether the same call may succeed later without anybody changing anything. */
export function isRetryable(error: ApiError): boolean {
  return RETRYABLE.has(error.name);
}
