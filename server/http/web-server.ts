import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { BizError } from "@/domain/contracts/errors";
import { acceptFirst } from "@/platform/http/accept-first";
import { readBody, sendError } from "@/platform/http/json";
import { KEEP_ALIVE_MS } from "@/platform/http/keep-alive";
import { lingerWhenClosing } from "@/platform/http/linger";
import { COMMON_HEADERS } from "@/platform/http/security-headers";
import { audienceOf, createHealth, type Health, type ReadinessChecks } from "@/platform/observability/health";
import { newTraceId, parseTraceparent } from "@/platform/observability/trace";
import { watchMemoryReserve } from "@/platform/redis/memory-reserve";
import { finishBackground } from "@/platform/runtime/background";
import { FairQueue } from "@/platform/runtime/fair-queue";
import type { ClientAddress } from "@/platform/security/client-address";
import { isDemoMode } from "@/platform/settings/env";
import { readBrowserId } from "../auth/browser-id";
import type { ReadSession } from "../auth/read-session";
import type { ClockWatch } from "../clock/watch-clock";
import type { Ctx, Resources } from "../services/context";
import { MEDIA_BASE_PATH } from "../services/picture/set-picture";
import { blockedRangesOf } from "../services/security/watch-ip-blocks";
import type { PageCalls } from "../site/page-calls";
import type { SiteClient } from "../site/site-client";
import { createAppHandler, TRPC_BASE_PATH } from "../trpc/handler";
import { isApiRoute } from "./api-routes";
import { createCallLimits } from "./call-limits";
import { CALLBACK_BASE_PATH, handleCallback } from "./callback-routes";
import { handleDevInbox } from "./dev-inbox-route";
import { EXPORT_BASE_PATH, handleExport } from "./export-routes";
import { CallGate } from "./fence/call-gate";
import { REQUEST_MS_MAX, SILENT_MS_MAX } from "./fence/connections";
import { Fence } from "./fence/fence";
import { countCall } from "./http-metrics";
import { createOwnNames } from "./own-names";
import { handleMedia, handleUpload } from "./picture-routes";
import { sendText } from "./plain-text";
import { handlePushRoute } from "./push-routes";
import { readinessChecks } from "./readiness-checks";
import { SharedLimits } from "./shared-limits";
import { createSitePages } from "./site-pages";
import { STATIC_BASE_PATH, type StaticFiles } from "./static-files";

/** How often Node looks for heads and bodies that are late; its own 30 s would triple their time. */
const TIMEOUT_CHECK_MS = 1_000;
const AUTH_BODY_BYTES_MAX = 16 * 1024;
const PAGE_URL_LENGTH_MAX = 4_096;
const BUSY_RETRY_MS = 2_000;
const SIGN_IN_LIMITS = { atOnceMax: 16, atOncePerKeyMax: 8, waitingMax: 1_000, waitingPerKeyMax: 100 };
const MISDIRECTED = 421;
const FORBIDDEN = 403;

export interface WebServerOptions {
  resources: Resources;
  readSession: ReadSession;
  /** Sign-in, and everything that is not an endpoint of ours. */
  site: SiteClient;
  /** How long the site has been at work, without the time in which it waited. */
  readSiteWorkedMs?: () => number;
  /** Answers what pages ask; without it browsers ask for all of it. */
  pageCalls?: PageCalls;
  /** Files that the build made; without them, as in development, the site has them. */
  staticFiles?: StaticFiles;
  /** Whether the machine's clock is right; not asked where there is none. */
  clock?: Pick<ClockWatch, "check">;
}

export interface WebServer {
  server: Server;
  /** For the health port. */
  health: Health;
  /** Takes no new connections, lets running requests end, and resolves when they have. */
  drain(): Promise<void>;
}

/** The HTTP server of the web process, not yet listening. */
export function createWebServer(options: WebServerOptions): WebServer {
  const { resources, readSession, site, readSiteWorkedMs, pageCalls, staticFiles, clock } = options;
  const { env, log } = resources;
  const isProduction = !isDemoMode(env);
  const isDevelopment = env.NODE_ENV === "development";
  const names = createOwnNames(env);
  const limits = new SharedLimits();
  const limitCalls = createCallLimits(env, limits);
  const fence = new Fence(env, limits, blockedRangesOf(resources));
  const stopSharingLimits = limits.start(resources.redis, log);
  const gate = new CallGate();
  const stopWatchingMemory = watchMemoryReserve(resources.redis, log, (isReached) =>
    gate.setReserveReached(isReached),
  );
  // Signing in does not wait behind pages either.
  const signIns = new FairQueue(SIGN_IN_LIMITS);
  const handleTrpc = createAppHandler({
    resources,
    readSession,
    limitCalls,
    addressOf: (request) => fence.addressOf(request),
    gate,
    onCall: countCall,
  });
  const answerSitePage = createSitePages({ env, site, fence, gate, readSiteWorkedMs, pageCalls, createCtx });
  let isDraining = false;

  const checks: ReadinessChecks = {
    ...readinessChecks(resources),
    ...(clock ? { clock: clock.check } : {}),
    process: async () => (isDraining ? { ok: false, reason: "The process is stopping." } : { ok: true }),
  };
  const health = createHealth(checks);

  async function createCtx(
    request: IncomingMessage,
    response: ServerResponse,
    traceId: string,
  ): Promise<Ctx> {
    const address = fence.addressOf(request);
    const { session, setCookies } = await readSession(request.headers.cookie);
    if (setCookies.length > 0) response.setHeader("set-cookie", setCookies);
    limitCalls(session, address, 1);
    const browserId = readBrowserId(resources.env, request.headers.cookie);
    // Only a call is told the key with which its session signs: a page may be kept somewhere.
    const unsigning = session && { ...session, signingKey: undefined };
    return { ...resources, log: log.child({ traceId }), session: unsigning, traceId, address, browserId };
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
      const address = fence.addressOf(request);
      limitCalls(null, address, 1);
      // To its end before it takes a place: whoever sends it slowly holds nobody up.
      const body = await readBody(request, AUTH_BODY_BYTES_MAX);
      if (signIns.findObstacle(address.counted)) throw new BizError("UNAVAILABLE", { retryAfterMs: 1_000 });
      await signIns.run(
        address.counted,
        () => response.destroyed,
        () => site.forward(request, response, { address, traceId, body }),
      );
      return;
    }
    // The sign-in library's endpoints are refused by their own list, in the form that its client reads.
    if (!isApiRoute(request.method, path)) throw new BizError("NOT_FOUND");
    if (path.startsWith(CALLBACK_BASE_PATH)) {
      const call = { traceId, address: fence.addressOf(request) };
      await handleCallback(path, request, response, { ...resources, log: log.child({ traceId }) }, call);
      return;
    }
    if (gate.admission.findObstacle("other"))
      throw new BizError("UNAVAILABLE", { retryAfterMs: BUSY_RETRY_MS });
    const pass = gate.admission.enter("other");
    try {
      const ctx = await createCtx(request, response, traceId);
      if (await handlePushRoute(path, request, response, ctx)) return;
      if (await handleUpload(path, request, response, ctx)) return;
      if (path.startsWith(EXPORT_BASE_PATH) && request.method === "GET") {
        await handleExport(path.slice(EXPORT_BASE_PATH.length), new URLSearchParams(query), response, ctx);
        return;
      }
      if (path === "/api/dev/inbox" && request.method === "GET") {
        await handleDevInbox(new URLSearchParams(query), response, ctx);
        return;
      }
      throw new BizError("NOT_FOUND");
    } finally {
      gate.leave(pass);
    }
  }

  function handleRequest(request: IncomingMessage, response: ServerResponse): void {
    if (isDraining) response.setHeader("connection", "close");
    const address = fence.enter(request, response);
    if (!address) return;
    const traceId = parseTraceparent(request.headers.traceparent as string | undefined) ?? newTraceId();
    const url = request.url ?? "/";
    const isApi = url.startsWith("/api/");
    const isCallback = isApi && url.startsWith(CALLBACK_BASE_PATH);
    // Callbacks are known by their signature, whatever name they were sent to.
    if (isApi && !isCallback) {
      const status = !names.isOwnHost(request) ? MISDIRECTED : names.isOriginAllowed(request) ? 0 : FORBIDDEN;
      if (status !== 0) {
        response.setHeader("x-trace-id", traceId);
        sendError(response, new BizError("ORIGIN_REFUSED"), traceId, status);
        return;
      }
    }
    if (url.startsWith(TRPC_BASE_PATH)) {
      void handleTrpc(request, response, traceId);
      return;
    }
    response.setHeader("x-trace-id", traceId);
    const handled = isApi
      ? handleApi(request, response, traceId)
      : handlePage(request, response, address, traceId);
    handled?.catch((error: unknown) => {
      const path = url.split("?", 1)[0];
      if (!(error instanceof BizError)) log.error({ err: error, url: path, traceId }, "a request failed");
      else if (error.cause) log.warn({ err: error.cause, url: path, traceId }, "a request failed");
      // A body that was not read to its end leaves the connection unusable. Who is not told sends the next request on it.
      if (!request.complete && !response.headersSent) response.setHeader("connection", "close");
      else if (!request.complete) request.destroy();
      sendError(response, error, traceId);
    });
  }

  /** Everything that is no call: files, health, and what the site makes. */
  function handlePage(
    request: IncomingMessage,
    response: ServerResponse,
    address: ClientAddress,
    traceId: string,
  ): Promise<void> | undefined {
    const { method = "GET", url = "/", headers } = request;
    const forwarding = { address, traceId };
    // No page is called by an absolute address or begins with two slashes, which a redirect would lead off the site.
    const isOurs = /^\/(?![/\\])/.test(url);
    if (isDevelopment && isOurs) {
      if (health.answer(request, response, audienceOf(request, isProduction))) return undefined;
      return site.forward(request, response, forwarding);
    }
    const path = url.split("?", 1)[0] ?? "/";
    const isRead = method === "GET" || method === "HEAD";
    if (isRead && staticFiles?.answer(path, request, response)) return undefined;
    if (isRead && path.startsWith(MEDIA_BASE_PATH)) return handleMedia(path, request, response, resources);
    if (!fence.enterPage(request, response, address)) return undefined;
    // Whoever asks by address, as monitors do, knows no name of ours.
    if (health.answer(request, response, audienceOf(request, isProduction))) return undefined;
    if (isProduction && !names.isOwnHost(request)) {
      sendText(
        request,
        response,
        MISDIRECTED,
        "This server does not answer to that name (PUBLIC_URL, TRUSTED_ORIGINS).",
      );
    } else if (!isRead) {
      // What can be written to is under /api, and only there.
      sendText(request, response, 404, "Not found.");
    } else if (headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) !== 0) {
      sendText(request, response, 400, "A page is asked for without a body.");
    } else if (url.length > PAGE_URL_LENGTH_MAX) {
      sendText(request, response, 414, "This address is too long.");
    } else if (!isOurs || (path.startsWith(STATIC_BASE_PATH) && staticFiles)) {
      sendText(request, response, 404, "Not found.");
    } else {
      return answerSitePage(request, response, forwarding);
    }
    return undefined;
  }

  const door = acceptFirst(handleRequest);
  const server = createServer(
    {
      requestTimeout: REQUEST_MS_MAX,
      headersTimeout: SILENT_MS_MAX,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: 16 * 1024,
      noDelay: true,
    },
    door.handle,
  );
  door.watch(server);
  fence.guard(server);
  lingerWhenClosing(server);
  // Without these Node answers by itself, outside the fence.
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    response.writeContinue();
    door.handle(request, response);
  });
  server.on("checkExpectation", door.handle);
  if (isDevelopment) {
    server.on("upgrade", (request, socket, head) => {
      fence.release(request);
      site.upgrade(request, socket, head).catch((error: unknown) => {
        log.warn({ reason: String(error) }, "an upgrade failed");
        socket.destroy();
      });
    });
  }

  return {
    server,
    health,
    async drain() {
      isDraining = true;
      await new Promise<void>((resolve) => server.close(() => resolve()));
      gate.stop();
      stopWatchingMemory();
      await stopSharingLimits();
      await finishBackground();
    },
  };
}
