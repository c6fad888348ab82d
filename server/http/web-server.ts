import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { pingDatabase } from "@/db/ping";
import type { ReadSession } from "../auth/read-session";
import { BizError } from "../contracts/errors";
import { handleHealthRequest, type ReadinessChecks } from "../observability/health";
import { newTraceId, parseTraceparent } from "../observability/trace";
import { clientAddress } from "../security/client-address";
import { finishBackground } from "../services/background";
import type { Ctx, Resources } from "../services/context";
import type { SiteClient } from "../site/site-client";
import { createAppHandler, TRPC_BASE_PATH } from "../trpc/handler";
import { createCallLimits } from "./call-limits";
import { CALLBACK_BASE_PATH, handleCallback } from "./callback-routes";
import { handleDevInbox } from "./dev-inbox-route";
import { EXPORT_BASE_PATH, handleExport } from "./export-routes";
import { countCall } from "./http-metrics";
import { sendError } from "./json";
import { KEEP_ALIVE_MS } from "./keep-alive";
import { createOriginCheck } from "./origin-check";
import { handlePushRoute } from "./push-routes";
import { COMMON_HEADERS } from "./security-headers";

const PING_MS = 2_000;

export interface WebServerOptions {
  resources: Resources;
  readSession: ReadSession;
  /** Sign-in, and everything that is not an endpoint of ours. */
  site: SiteClient;
}

export interface WebServer {
  server: Server;
  /** Takes no new connections, lets running requests end, and resolves when they have. */
  drain(): Promise<void>;
}

/** The HTTP server of the web process, not yet listening. */
export function createWebServer(options: WebServerOptions): WebServer {
  const { resources, readSession, site } = options;
  const { env, log } = resources;
  const isOriginAllowed = createOriginCheck(env);
  const limitCalls = createCallLimits(env);
  const addressOf = (request: IncomingMessage) => clientAddress(request, env.TRUST_PROXY);
  const handleTrpc = createAppHandler({
    resources,
    readSession,
    limitCalls,
    addressOf,
    onCall: countCall,
  });
  let isDraining = false;

  const checks: ReadinessChecks = {
    ...readinessChecks(resources),
    process: async () => (isDraining ? { ok: false, reason: "The process is stopping." } : { ok: true }),
  };

  async function createCtx(
    request: IncomingMessage,
    response: ServerResponse,
    traceId: string,
  ): Promise<Ctx> {
    const address = addressOf(request);
    const { session, setCookies } = await readSession(request.headers.cookie);
    if (setCookies.length > 0) response.setHeader("set-cookie", setCookies);
    limitCalls(session, address, 1);
    return { ...resources, log: log.child({ traceId }), session, traceId, address };
  }

  async function handleApi(
    request: IncomingMessage,
    response: ServerResponse,
    traceId: string,
  ): Promise<void> {
    const url = request.url ?? "/";
    const [path = "", query = ""] = url.split("?", 2);
    for (const [name, value] of Object.entries(COMMON_HEADERS)) response.setHeader(name, value);
    if (path.startsWith("/api/auth/")) {
      const address = addressOf(request);
      limitCalls(null, address, 1);
      await site.forward(request, response, address, traceId);
      return;
    }
    if (path.startsWith(CALLBACK_BASE_PATH)) {
      const call = { traceId, address: addressOf(request) };
      await handleCallback(path, request, response, { ...resources, log: log.child({ traceId }) }, call);
      return;
    }
    const ctx = await createCtx(request, response, traceId);
    if (await handlePushRoute(path, request, response, ctx)) return;
    if (path.startsWith(EXPORT_BASE_PATH) && request.method === "GET") {
      await handleExport(path.slice(EXPORT_BASE_PATH.length), new URLSearchParams(query), response, ctx);
      return;
    }
    if (path === "/api/dev/inbox" && request.method === "GET") {
      await handleDevInbox(new URLSearchParams(query), response, ctx);
      return;
    }
    throw new BizError("NOT_FOUND");
  }

  function handleRequest(request: IncomingMessage, response: ServerResponse): void {
    const traceId = parseTraceparent(request.headers.traceparent as string | undefined) ?? newTraceId();
    const url = request.url ?? "/";
    if (isDraining) response.setHeader("connection", "close");
    const isApi = url.startsWith("/api/");
    if (isApi && !url.startsWith(CALLBACK_BASE_PATH) && !isOriginAllowed(request)) {
      response.setHeader("x-trace-id", traceId);
      sendError(response, new BizError("ORIGIN_REFUSED"), traceId);
      return;
    }
    if (url.startsWith(TRPC_BASE_PATH)) {
      void handleTrpc(request, response, traceId);
      return;
    }
    response.setHeader("x-trace-id", traceId);
    handleOther(request, response, isApi, traceId).catch((error: unknown) => {
      const path = url.split("?", 1)[0];
      if (!(error instanceof BizError)) log.error({ err: error, url: path, traceId }, "a request failed");
      else if (error.cause) log.warn({ err: error.cause, url: path, traceId }, "a request failed");
      sendError(response, error, traceId);
      // A body that was not read to its end leaves the connection unusable.
      if (!request.complete) request.destroy();
    });
  }

  async function handleOther(
    request: IncomingMessage,
    response: ServerResponse,
    isApi: boolean,
    traceId: string,
  ): Promise<void> {
    if (isApi) {
      await handleApi(request, response, traceId);
      return;
    }
    if (await handleHealthRequest(request, response, checks)) return;
    // No page is called by an absolute address or begins with two slashes, which a redirect would lead off the site.
    if (!/^\/(?![/\\])/.test(request.url ?? "")) throw new BizError("NOT_FOUND");
    await site.forward(request, response, addressOf(request), traceId);
  }

  const server = createServer(
    {
      requestTimeout: 30_000,
      headersTimeout: 10_000,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: 16 * 1024,
      noDelay: true,
    },
    handleRequest,
  );

  return {
    server,
    async drain() {
      isDraining = true;
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await finishBackground();
    },
  };
}

/** Redis and the live database must answer. Without the finance database gifting goes on, so it is only reported. */
function readinessChecks(resources: Resources): ReadinessChecks {
  const { live, finance, redis } = resources;
  return {
    live: () => pingDatabase(live, PING_MS).then(() => ({ ok: true })),
    redis: () => redis.ping().then(() => ({ ok: true })),
    finance: () =>
      pingDatabase(finance, PING_MS).then(
        () => ({ ok: true }),
        (error: unknown) => ({ ok: true, reason: `Away, settlement waits: ${String(error)}` }),
      ),
  };
}
