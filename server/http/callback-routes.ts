import type { IncomingMessage, ServerResponse } from "node:http";
import { BizError } from "@/domain/contracts/errors";
import { readBody, sendJson } from "@/platform/http/json";
import type { ClientAddress } from "@/platform/security/client-address";
import type { ReceivedMessage } from "@/platform/security/signed-message";
import type { Resources } from "../services/context";
import { takePaymentCallback } from "../services/recharge/take-callback";
import { takePayoutCallback } from "../services/withdrawal/take-payout-callback";

const BODY_BYTES_MAX = 64 * 1024;

type TakeCallback = (
  resources: Resources,
  message: ReceivedMessage & { traceId: string; address: ClientAddress },
) => Promise<object>;

const CALLBACKS: ReadonlyMap<string, TakeCallback> = new Map<string, TakeCallback>([
  ["payment", takePaymentCallback],
  ["payout", takePayoutCallback],
]);

export const CALLBACK_NAMES: readonly string[] = [...CALLBACKS.keys()];
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
  call: { traceId: string; address: ClientAddress },
): Promise<void> {
  if (request.method !== "POST") throw new BizError("NOT_FOUND");
  const take = CALLBACKS.get(path.slice(CALLBACK_BASE_PATH.length));
  if (!take) throw new BizError("NOT_FOUND");
  const body = await readBody(request, BODY_BYTES_MAX);
  sendJson(
    response,
    200,
    await take(resources, { method: "POST", path, headers: request.headers, body, ...call }),
  );
}
