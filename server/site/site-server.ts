import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Auth } from "../auth/auth";
import { CLIENT_IP_HEADER } from "../auth/client-ip-header";
import { BizError } from "../contracts/errors";
import { createAuthRoute } from "../http/auth-route";
import { sendError } from "../http/json";
import { KEEP_ALIVE_MS } from "../http/keep-alive";
import { COMMON_HEADERS, pageHeaders, SVGA_PARSER_HEADERS, SVGA_PARSER_PATH } from "../http/security-headers";
import { newTraceId, parseTraceparent, withTrace } from "../observability/trace";
import type { Resources } from "../services/context";
import { getPushConfig } from "../services/push/push-config";

export interface SiteServerOptions {
  resources: Pick<Resources, "env" | "log" | "live">;
  auth: Auth;
  pages: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;
}

/**
 * The pages and better-auth, behind the web process: they run on async storage, which would slow down each promise of
 * the gifts, and a page that renders would hold the gifts up. Not yet listening; only the web process may reach it,
 * whose word on the caller's address and trace it takes.
 */
export function createSiteServer({ resources, auth, pages }: SiteServerOptions): Server {
  const { env, log } = resources;
  const handleAuth = createAuthRoute(auth, resources);
  const headersOfPages = Object.entries(pageHeaders(env, getPushConfig(env)));
  const headersOfAuth = Object.entries(COMMON_HEADERS);
  const headersOfSvgaParser = Object.entries(SVGA_PARSER_HEADERS);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isAuth = request.url?.startsWith("/api/auth/") ?? false;
    const headers = isAuth
      ? headersOfAuth
      : request.url === SVGA_PARSER_PATH
        ? headersOfSvgaParser
        : headersOfPages;
    for (const [name, value] of headers) response.setHeader(name, value);
    if (isAuth) await handleAuth(request, response);
    else await pages(request, response);
  }

  return createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 30_000 }, (request, response) => {
    const { [CLIENT_IP_HEADER]: ip, traceparent } = request.headers;
    // The peer of our own socket has no address; pages that ask for one get the caller's.
    if (typeof ip === "string") request.headers["x-forwarded-for"] = ip;
    const traceId = parseTraceparent(traceparent as string | undefined) ?? newTraceId();
    withTrace(traceId, () => handle(request, response)).catch((error: unknown) => {
      if (!(error instanceof BizError)) {
        log.error({ err: error, url: request.url?.split("?", 1)[0] }, "a request failed");
      }
      sendError(response, error, traceId);
      // A body that was not read to its end leaves the connection unusable.
      if (!request.complete) request.destroy();
    });
  });
}
