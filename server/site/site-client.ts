import { Agent, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { createProxyServer, proxyFetch, proxyUpgrade } from "httpxy";
import { CLIENT_IP_HEADER } from "../auth/client-ip-header";
import { BizError } from "../contracts/errors";
import { formatTraceparent } from "../observability/trace";
import type { ClientAddress } from "../security/client-address";

const SESSION_MS_MAX = 5_000;

/** The web process' way to the pages and to better-auth. */
export interface SiteClient {
  /** Passes a request on. Rejects with UNAVAILABLE when nobody answers. */
  forward(
    request: IncomingMessage,
    response: ServerResponse,
    address: ClientAddress,
    traceId: string,
  ): Promise<void>;
  /** Passes on an upgrade, which only development has. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** What the database knows about a session, and the cookies to pass on. Throws UNAVAILABLE. */
  fetchSession(cookieHeader: string): Promise<{ facts: unknown; setCookies: readonly string[] }>;
  close(): void;
}

/** `socketPath` is where the site listens (see `createSiteServer`). */
export function createSiteClient(socketPath: string): SiteClient {
  const agent = new Agent({ keepAlive: true });
  const proxy = createProxyServer({ target: { socketPath }, agent });

  return {
    async forward(request, response, address, traceId) {
      request.headers[CLIENT_IP_HEADER] = address.text;
      request.headers.traceparent = formatTraceparent(traceId);
      await proxy.web(request, response).catch((cause: unknown) => {
        throw new BizError("UNAVAILABLE", {}, { cause });
      });
    },
    async upgrade(request, socket, head) {
      await proxyUpgrade({ socketPath }, request, socket, head);
    },
    async fetchSession(cookieHeader) {
      const response = await proxyFetch(
        { socketPath },
        "http://localhost/api/auth/get-session?disableCookieCache=true",
        { headers: { cookie: cookieHeader }, signal: AbortSignal.timeout(SESSION_MS_MAX) },
        { agent },
      ).catch((cause: unknown) => {
        throw new BizError("UNAVAILABLE", {}, { cause });
      });
      const facts: unknown = await response.json().catch(() => null);
      if (response.status >= 500) throw new BizError("UNAVAILABLE");
      return { facts: response.ok ? facts : null, setCookies: response.headers.getSetCookie() };
    },
    close() {
      agent.destroy();
    },
  };
}
