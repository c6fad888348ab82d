import { type BizErrorName, ERRORS } from "./errors";

const STATUS = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  PRECONDITION_FAILED: 412,
  TOO_MANY_REQUESTS: 429,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
} as const satisfies Record<(typeof ERRORS)[BizErrorName]["trpc"], number>;

/** The HTTP status that a business error is answered with. */
export function httpStatusOf(name: BizErrorName): number {
  return STATUS[ERRORS[name].trpc];
}
