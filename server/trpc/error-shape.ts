import type { TRPCDefaultErrorShape, TRPCError } from "@trpc/server";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { z } from "zod";
import { httpStatusOf } from "@/domain/contracts/error-status";
import {
  BizError,
  type BizErrorDetails,
  type BizErrorName,
  type BizErrorShape,
  ERRORS,
} from "@/domain/contracts/errors";
import { isRefusedValue, isUnavailable } from "@/domain/rules/driver-errors";
import { currentTraceId, newTraceId } from "@/platform/observability/trace";
import type { Ctx } from "../services/context";

/** What tRPC itself refuses keeps tRPC's code and HTTP status; this is the name that our clients see beside it. */
const PROTOCOL_ERRORS: Partial<Record<TRPCError["code"], BizErrorName>> = {
  PARSE_ERROR: "INVALID_INPUT",
  BAD_REQUEST: "INVALID_INPUT",
  METHOD_NOT_SUPPORTED: "INVALID_INPUT",
  UNSUPPORTED_MEDIA_TYPE: "INVALID_INPUT",
  PAYLOAD_TOO_LARGE: "BODY_TOO_LARGE",
  CLIENT_CLOSED_REQUEST: "INVALID_INPUT",
  NOT_FOUND: "NOT_FOUND",
};

export interface NamedError {
  name: BizErrorName;
  details: BizErrorDetails;
  /** tRPC refused the request before any of our code ran. */
  byProtocol: boolean;
}

/** Gives every error that can leave a procedure its name in the error table. */
export function nameError(error: TRPCError): NamedError {
  const { cause } = error;
  if (cause instanceof BizError) return { name: cause.bizName, details: cause.details, byProtocol: false };
  if (error.code === "BAD_REQUEST" && cause instanceof z.core.$ZodError) {
    const issue = cause.issues[0];
    const field = issue?.path.map(String).join(".");
    return {
      name: "INVALID_INPUT",
      details: { ...(field ? { field } : {}), ...(issue ? { reason: issue.message } : {}) },
      byProtocol: false,
    };
  }
  const protocolName = PROTOCOL_ERRORS[error.code];
  if (protocolName) return { name: protocolName, details: {}, byProtocol: true };
  if (isRefusedValue(cause)) return { name: "INVALID_INPUT", details: {}, byProtocol: false };
  if (isUnavailable(cause)) return { name: "UNAVAILABLE", details: {}, byProtocol: false };
  return { name: "INTERNAL", details: {}, byProtocol: false };
}

/** The one place where an error becomes what a client reads: `error.data.biz`. */
export function formatError<S extends TRPCDefaultErrorShape>(options: {
  error: TRPCError;
  shape: S;
  ctx: Ctx | undefined;
}): Omit<S, "data"> & { data: S["data"] & { biz: BizErrorShape } } {
  const { error, shape, ctx } = options;
  const { name, details, byProtocol } = nameError(error);
  const definition = ERRORS[name];
  const biz: BizErrorShape = {
    code: definition.code,
    name,
    message: definition.message,
    details,
    traceId: ctx?.traceId ?? currentTraceId() ?? newTraceId(),
  };
  if (byProtocol) return { ...shape, data: { ...shape.data, biz } };
  return {
    ...shape,
    message: definition.message,
    code: TRPC_ERROR_CODES_BY_KEY[definition.trpc],
    data: { ...shape.data, code: definition.trpc, httpStatus: httpStatusOf(name), biz },
  };
}
