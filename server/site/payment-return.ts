import type { IncomingMessage, ServerResponse } from "node:http";
import { PAYMENT_RETURN_CHANNEL } from "@/domain/contracts/recharge";
import { COMMON_HEADERS } from "@/platform/http/security-headers";

/**
 * Whether a provider's frame comes back from paying. The room that shows the frame needs to know, and the wallet, which
 * may not be framed, is not what it needs. Who has the page to themselves gets the wallet.
 */
export function isPaymentReturn({ url, headers }: Pick<IncomingMessage, "url" | "headers">): boolean {
  return headers["sec-fetch-dest"] === "iframe" && (url ?? "").startsWith("/wallet?");
}

/**
 * An empty page that tells the room above it which order came back. By a channel that only pages of this origin hear; it
 * says nothing about money, for that the room asks the server.
 */
export function sendPaymentReturn(response: ServerResponse, nonce: string): void {
  const script = `const orderId = new URLSearchParams(location.search).get("order");
new BroadcastChannel(${JSON.stringify(PAYMENT_RETURN_CHANNEL)}).postMessage({ orderId });`;
  response.writeHead(200, {
    ...COMMON_HEADERS,
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    vary: "sec-fetch-dest",
    "content-security-policy": `default-src 'none'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`,
  });
  response.end(
    `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Downpour</title><script nonce="${nonce}">${script}</script>`,
  );
}
