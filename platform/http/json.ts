import type { IncomingMessage, ServerResponse } from "node:http";
import { httpStatusOf } from "@/domain/contracts/error-status";
import { BizError, type BizErrorShape, ERRORS } from "@/domain/contracts/errors";
import { isUnavailable } from "@/domain/rules/driver-errors";

export function sendJson(
  response: ServerResponse,
  status: number,
  json: unknown,
  headers: Record<string, string | string[]> = {},
): void {
  if (response.headersSent) return;
  const body = JSON.stringify(json);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    ...headers,
  });
  response.end(body);
}

/** Answers with `{ error: { code, name, message, details, traceId } }`: the same facts as a procedure's error. */
export function sendError(response: ServerResponse, error: unknown, traceId: string, status?: number): void {
  const name = error instanceof BizError ? error.bizName : isUnavailable(error) ? "UNAVAILABLE" : "INTERNAL";
  const details = error instanceof BizError ? error.details : {};
  const { code, message } = ERRORS[name];
  const biz: BizErrorShape = { code, name, message, details, traceId };
  const retryAfter =
    details.retryAfterMs === undefined ? undefined : String(Math.ceil(details.retryAfterMs / 1_000));
  sendJson(
    response,
    status ?? httpStatusOf(name),
    { error: biz },
    retryAfter ? { "retry-after": retryAfter } : {},
  );
}

/** The body as it came. Throws BODY_TOO_LARGE, or INVALID_INPUT when it is cut off. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Whoever stops reading still has to answer, on the connection that would be closed with the stream.
    const chunksOfRequest: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
    for await (const chunk of chunksOfRequest) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw new BizError("BODY_TOO_LARGE", { field: "body" });
      chunks.push(chunk);
    }
  } catch (cause) {
    // The rest is dropped, so that the answer arrives.
    request.resume();
    throw cause instanceof BizError ? cause : new BizError("INVALID_INPUT", { field: "body" }, { cause });
  }
  return Buffer.concat(chunks);
}

/** Fields of JSON. A number is refused: 1.10 would be another socket's id as soon as it is one. */
function readTexts(json: string): Record<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new BizError("INVALID_INPUT", { field: "body" }, { cause });
  }
  const isForm = typeof value === "object" && value !== null && !Array.isArray(value);
  const odd = isForm
    ? Object.entries(value as object).find(([, field]) => typeof field !== "string")
    : ["body"];
  if (odd) throw new BizError("INVALID_INPUT", { field: odd[0].slice(0, 40), reason: "must be a text" });
  return value as Record<string, string>;
}

/** A small form, as `pusher-js` posts it. Throws BODY_TOO_LARGE, or INVALID_INPUT when it is cut off or no form. */
export async function readForm(request: IncomingMessage, bytesMax: number): Promise<URLSearchParams> {
  const text = (await readBody(request, bytesMax)).toString();
  if (request.headers["content-type"]?.startsWith("application/json")) {
    return new URLSearchParams(readTexts(text));
  }
  return new URLSearchParams(text);
}
