import type { IncomingMessage, ServerResponse } from "node:http";
import { BizError } from "@/domain/contracts/errors";
import { readForm, sendJson } from "@/platform/http/json";
import type { Ctx } from "../services/context";
import { authenticatePushUser, authorizeChannel } from "../services/push/authorize-push";
import { getPushConfig } from "../services/push/push-config";

const FORM_BYTES_MAX = 4_096;

/** `/api/push/*`, as `pusher-js` calls it. Returns false for any other path. */
export async function handlePushRoute(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  ctx: Ctx,
): Promise<boolean> {
  if (path === "/api/push/config" && request.method === "GET") {
    sendJson(response, 200, getPushConfig(ctx.env));
    return true;
  }
  if (request.method !== "POST") return false;
  if (path === "/api/push/auth" || path === "/api/push/user-auth") {
    // Before what they say is looked at: whoever may not ask is told so, and nothing else.
    if (!ctx.session) throw new BizError("UNAUTHENTICATED");
  }
  if (path === "/api/push/auth") {
    const form = await readForm(request, FORM_BYTES_MAX);
    const socketId = form.get("socket_id") ?? "";
    const channel = form.get("channel_name") ?? "";
    sendJson(response, 200, await authorizeChannel(ctx, { socketId, channel }));
    return true;
  }
  if (path === "/api/push/user-auth") {
    const form = await readForm(request, FORM_BYTES_MAX);
    sendJson(response, 200, authenticatePushUser(ctx, { socketId: form.get("socket_id") ?? "" }));
    return true;
  }
  return false;
}
