import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { BizError } from "@/domain/contracts/errors";
import { sendError } from "@/platform/http/json";
import { KEEP_ALIVE_MS } from "@/platform/http/keep-alive";
import { lingerWhenClosing } from "@/platform/http/linger";
import {
  COMMON_HEADERS,
  NONCE_HEADER,
  pageHeaders,
  SVGA_PARSER_PATH,
  svgaParserHeaders,
} from "@/platform/http/security-headers";
import { newTraceId, parseTraceparent, withTrace } from "@/platform/observability/trace";
import type { Auth } from "../auth/auth";
import { CLIENT_IP_HEADER } from "../auth/client-ip-header";
import { createAuthRoute } from "../http/auth-route";
import type { Resources } from "../services/context";
import { getMediaHosts } from "../services/media/media-hosts";
import type { SmsProvider } from "../services/one-time-code/sms-provider";
import { getPushConfig } from "../services/push/push-config";
import { frameOriginOf } from "../services/recharge/providers/frame-origin";
import { isPaymentReturn, sendPaymentReturn } from "./payment-return";

const NONCE_BYTES = 16;

export interface SiteServerOptions {
  resources: Pick<Resources, "env" | "log" | "live" | "redis">;
  auth: Auth;
  /** Null where no codes can be sent. */
  sms: SmsProvider | null;
  pages: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;
}

/**
 * The pages and better-auth, behind the web process: they run on async storage, which would slow down each promise of
 * the gifts, and a page that renders would hold the gifts up. Not yet listening; only the web process may reach it,
 * whose word on the caller's address and trace it takes.
 */
export function createSiteServer({ resources, auth, sms, pages }: SiteServerOptions): Server {
  const { env, log } = resources;
  const handleAuth = createAuthRoute(auth, resources, sms);
  const push = getPushConfig(env);
  const frameOrigin = frameOriginOf(env);
  const setHeaders = (response: ServerResponse, headers: Record<string, string>) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  };

  async function handlePage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const mediaHosts = await getMediaHosts(resources);
    if (request.url === SVGA_PARSER_PATH) {
      setHeaders(response, svgaParserHeaders(mediaHosts));
    } else {
      const nonce = randomBytes(NONCE_BYTES).toString("base64");
      if (isPaymentReturn(request)) return sendPaymentReturn(response, nonce);
      const headers = pageHeaders(env, push, { nonce, mediaHosts, frameOrigin });
      setHeaders(response, headers);
      // Next gives its scripts the nonce that the request's policy names; what the caller wrote there is overwritten.
      request.headers["content-security-policy"] = headers["content-security-policy"];
      request.headers[NONCE_HEADER] = nonce;
    }
    await pages(request, response);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!request.url?.startsWith("/api/auth/")) return handlePage(request, response);
    setHeaders(response, COMMON_HEADERS);
    await handleAuth(request, response);
  }

  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 30_000 },
    (request, response) => {
      const { [CLIENT_IP_HEADER]: ip, traceparent } = request.headers;
      // The peer of our own socket has no address; pages that ask for one get the caller's.
      if (typeof ip === "string") request.headers["x-forwarded-for"] = ip;
      const traceId = parseTraceparent(traceparent as string | undefined) ?? newTraceId();
      withTrace(traceId, () => handle(request, response)).catch((error: unknown) => {
        if (!(error instanceof BizError)) {
          log.error({ err: error, url: request.url?.split("?", 1)[0] }, "a request failed");
        }
        // A body that was not read to its end leaves the connection unusable. Who is not told sends the next request on it.
        if (!request.complete && !response.headersSent) response.setHeader("connection", "close");
        else if (!request.complete) request.destroy();
        sendError(response, error, traceId);
      });
    },
  );
  lingerWhenClosing(server);
  return server;
}
