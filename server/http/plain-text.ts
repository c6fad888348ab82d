import type { IncomingMessage, ServerResponse } from "node:http";
import { COMMON_HEADERS } from "@/platform/http/security-headers";

/** A few words, for somebody who is no browser of ours. */
export function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
): void {
  response.writeHead(status, {
    ...COMMON_HEADERS,
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    // A body that nobody reads leaves the connection unusable.
    ...(request.method === "GET" || request.method === "HEAD" ? {} : { connection: "close" }),
  });
  response.end(request.method === "HEAD" ? undefined : text);
}
