import type { IncomingMessage, ServerResponse } from "node:http";
import { BizError } from "../contracts/errors";
import type { Resources } from "../services/context";
import { takePaymentCallback } from "../services/recharge/take-callback";
import { readBody, sendJson } from "./json";

const BODY_BYTES_MAX = 64 * 1024;

export const CALLBACK_BASE_PATH = "/api/callbacks/";

/**
 * `POST /api/callbacks/*`: what other servers tell us. They are known by the signature over the raw body and by nothing
 * else: no cookie is read, and no origin or limit by address stands in the way of a provider that repeats itself.
 */
export async function handleCallback(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  resources: Resources,
  call: { traceId: string; ip: string },
): Promise<void> {
  if (request.method !== "POST") throw new BizError("NOT_FOUND");
  if (path !== `${CALLBACK_BASE_PATH}payment`) throw new BizError("NOT_FOUND");
  const body = await readBody(request, BODY_BYTES_MAX);
  sendJson(response, 200, await takePaymentCallback(resources, { headers: request.headers, body, ...call }));
}
