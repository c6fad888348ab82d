import type { IncomingMessage } from "node:http";
import type { Env } from "../env";

/**
 * Protection against forged requests: browsers name the page a writing request comes from, and other sites' pages are
 * refused. Requests without an Origin are not from a page (apps, servers), unless the browser says "cross-site".
 */
export function createOriginCheck(
  env: Pick<Env, "PUBLIC_URL" | "TRUSTED_ORIGINS">,
): (request: IncomingMessage) => boolean {
  const trusted = new Set(
    [env.PUBLIC_URL, ...env.TRUSTED_ORIGINS.split(",")]
      .map((text) => text.trim())
      .filter(Boolean)
      .map((text) => new URL(text).origin),
  );
  return function isOriginAllowed({ method, headers }) {
    if (method === "GET" || method === "HEAD" || method === "OPTIONS") return true;
    const { origin, host } = headers;
    if (origin === undefined) return headers["sec-fetch-site"] !== "cross-site";
    if (trusted.has(origin)) return true;
    // The page was loaded from the very host that it calls, whatever name that host is known by here.
    return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
  };
}
