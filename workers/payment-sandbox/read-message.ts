import type { IncomingMessage } from "node:http";
import type { ReceivedMessage } from "@/platform/security/signed-message";

/** A request as its signature covers it. */
export const readMessage = (request: IncomingMessage, body: Buffer): ReceivedMessage => ({
  method: request.method ?? "",
  path: request.url ?? "",
  headers: request.headers,
  body,
});
