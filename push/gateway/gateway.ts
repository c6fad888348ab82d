import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { acceptFirst } from "@/platform/http/accept-first";
import { lingerWhenClosing } from "@/platform/http/linger";
import { audienceOf, createHealth, type Health, type ReadinessChecks } from "@/platform/observability/health";
import type { Log } from "@/platform/observability/log";
import { BlockedRanges } from "@/platform/security/blocked-ranges";
import type { App } from "./apps";
import type { Backplane } from "./backplane/backplane";
import { LocalBackplane } from "./backplane/local-backplane";
import type { ClusterOptions } from "./backplane/redis/cluster-node";
import { RedisBackplane } from "./backplane/redis/redis-backplane";
import { AppHub } from "./channels/app-hub";
import { receiveMessage } from "./channels/client-messages";
import { closeAll } from "./channels/drain";
import { type HttpApi, handleApiRequest, refuseApiRequest } from "./http-api/http-api";
import { DEFAULT_LIMITS, type GatewayLimits } from "./limits/limits";
import type { Visitor } from "./limits/visitors";
import * as metrics from "./push-metrics";
import { Connections, newSocketId } from "./transports/connections";
import { HttpTransport } from "./transports/http-transport";
import { WebSocketConnection } from "./transports/web-socket-connection";

/** Publishers, and connections that have not said yet what they are. */
const OTHER_CONNECTIONS_MAX = 8_000;

/** How often it is looked for connections that say nothing. */
const CHECKING_MS_MAX = 1_000;

/** A response that nobody reads is given up after this long, beyond the time in which something is always written. */
const UNREAD_MS_MAX = 10_000;

/** Connections that may wait to be accepted: Node's 511 overflow when thousands come back at once. The system caps it. */
const BACKLOG = 65_535;

export interface PushGatewayOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  apps: App[];
  /** Where publishers come, and nobody else; without it they share the port of the clients. */
  api?: { host: string; port: number };
  /** What differs from DEFAULT_LIMITS. */
  limits?: Partial<GatewayLimits>;
  log: Log;
  /** Takes a client's address from X-Forwarded-For; only behind a proxy that sets it. */
  trustProxy?: boolean;
  /** Who is turned away; whoever changes it says so by `closeBlocked`. */
  blocked?: BlockedRanges;
  /** Nobody but the health port tells figures there. */
  isProduction?: boolean;
  /** Joins the nodes that have the same Redis; without it this one is alone. */
  cluster?: ClusterOptions;
}

export interface PushGateway {
  port: number;
  /** For the health port. */
  health: Health;
  /** Where publishers come. */
  apiPort: number;
  /** Ends what came from an address that is blocked by now. */
  closeBlocked: () => void;
  /** Stops accepting, sends every client to another node in staggered batches, then closes. */
  close: () => Promise<void>;
}

/** Starts the WebSocket side and the HTTP side on one port. Rejects when the port cannot be had. */
export async function startPushGateway(options: PushGatewayOptions): Promise<PushGateway> {
  const limits: GatewayLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const { log } = options;
  const backplane: Backplane = options.cluster
    ? new RedisBackplane(options.cluster, limits, log)
    : new LocalBackplane();
  const hubs = options.apps.map((app) => new AppHub(app, limits, backplane, log));
  const hubsByAppId = new Map(hubs.map((hub) => [hub.app.id, hub]));
  const connections = new Connections(
    hubs,
    limits,
    options.trustProxy ?? false,
    options.blocked ?? new BlockedRanges(),
  );
  const httpTransport = new HttpTransport(connections, limits);

  const readiness: ReadinessChecks = {
    accepting: async () => (connections.isAccepting ? { ok: true } : { ok: false, reason: "draining" }),
  };
  if (options.cluster) {
    readiness.cluster = async () => {
      const reason = backplane.degradedReason;
      // Ready all the same: turning clients away would help nobody.
      return reason === undefined ? { ok: true } : { ok: true, degraded: true, reason };
    };
  }
  const health = createHealth(readiness);
  const api: HttpApi = {
    hubsByAppId,
    bodyBytesMax: limits.httpBodyBytesMax,
    log,
    mayErr: (request) => {
      const nowMs = performance.now();
      return connections.visitors.mayErr(connections.visitors.of(request, nowMs), nowMs);
    },
  };

  const answerApi: RequestListener = (request, response) => {
    handleApiRequest(api, request, response).catch((error: unknown) => {
      log.error({ err: error }, "request failed");
      response.destroy();
    });
  };
  const server = newServer(connections, limits, (request, response) => {
    // Publishers are known by their signature.
    const isPublisher = !options.api && request.url?.startsWith("/apps/");
    if (!isPublisher && connections.isBlocked(request)) {
      response.writeHead(403, { connection: "close", "content-length": 0 }).end();
      return;
    }
    if (httpTransport.handles(request)) {
      void httpTransport.handle(request, response);
      return;
    }
    if (health.answer(request, response, audienceOf(request, options.isProduction ?? false))) return;
    if (options.api) refuseApiRequest(api, request, response);
    else answerApi(request, response);
  });
  const apiServer = options.api && newServer(connections, limits, answerApi);

  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.clientMessageBytesMax,
    clientTracking: false,
  });

  server.on("upgrade", (request, socket, head) => {
    // `ws` reports errors of an accepted socket itself; this one is for the time before.
    socket.on("error", () => socket.destroy());
    connections.visitors.hear(request.socket);
    if (connections.isBlocked(request)) {
      refuseUpgrade(socket, "403 Forbidden");
      return;
    }
    const visitor = connections.findVisitor(request);
    if (!visitor) {
      refuseUpgrade(socket, "429 Too Many Requests");
      return;
    }
    connections.visitors.release(socket as Socket);
    webSockets.handleUpgrade(request, socket, head, (ws) => accept(ws, socket as Socket, request, visitor));
  });

  function accept(ws: WebSocket, tcp: Socket, request: IncomingMessage, visitor: Visitor): void {
    ws.on("error", (error) => log.debug({ err: error }, "socket failed"));
    const connection = new WebSocketConnection(newSocketId(), ws, tcp, limits, performance.now());
    const found = connections.findHub(request.url ?? "", request.headers.origin);
    if ("code" in found) {
      const isHeard = connections.refuse(found.code, () => connection.refuse(found.code, found.message));
      if (!isHeard) ws.terminate();
      return;
    }
    const { hub } = found;
    if (!found.answersPingEvents) connection.useControlPings();
    ws.on("close", () => connections.dismiss(hub, connection));
    ws.on("message", (data, isBinary) => {
      const text = isBinary ? undefined : (data as Buffer).toString();
      receiveMessage(hub, connection, text, performance.now());
    });
    // `ws` answers control frames by itself; they count all the same.
    const countControl = () => connection.takeTurn(performance.now());
    ws.on("ping", countControl);
    ws.on("pong", countControl);
    connections.admit(hub, connection, visitor, request);
  }

  const sweep = setInterval(() => connections.sweep(), limits.keepaliveSweepMs);
  sweep.unref();

  await backplane.start(hubs);
  try {
    await listen(server, options);
    if (apiServer && options.api) await listen(apiServer, options.api);
  } catch (error) {
    clearInterval(sweep);
    server.close();
    await backplane.close();
    throw error;
  }

  return {
    port: portOf(server),
    apiPort: portOf(apiServer ?? server),
    health,
    closeBlocked: () => connections.closeBlocked(),
    close: async () => {
      connections.drain();
      for (const hub of hubs) hub.audiences.keepAll();
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
      await closeAll(connections.open, limits.drainMs);
      await backplane.close();
      await Promise.all(hubs.map((hub) => hub.close()));
      clearInterval(sweep);
      server.closeAllConnections();
      await stopped;
      // Last: whoever publishes while the clients leave is heard.
      if (apiServer) {
        const apiStopped = new Promise<void>((resolve) => apiServer.close(() => resolve()));
        apiServer.closeAllConnections();
        await apiStopped;
      }
    },
  };
}

function refuseUpgrade(socket: Duplex, status: string): void {
  // The server's sockets stay half open until the other side hangs up, too.
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** A server that keeps nobody who says nothing, or takes too long over it, or does not take what he asked for. */
function newServer(connections: Connections, limits: GatewayLimits, answer: RequestListener): Server {
  const { visitors } = connections;
  const timeouts = {
    requestTimeout: limits.httpRequestMs,
    headersTimeout: Math.min(limits.httpHeadersMs, limits.httpRequestMs),
    connectionsCheckingInterval: Math.min(CHECKING_MS_MAX, limits.httpRequestMs / 4),
    // Publishers keep their connections open between events.
    keepAliveTimeout: 65_000,
  };
  const door = acceptFirst((request, response) => {
    visitors.hear(request.socket);
    const visitor = visitors.of(request, performance.now());
    if (!visitors.mayAsk(visitor)) {
      metrics.refused.inc({ reason: "requests" });
      response.writeHead(429, { connection: "close", "content-length": 0 }).end();
      return;
    }
    visitor.requests += 1;
    response.once("close", () => {
      visitor.requests -= 1;
    });
    answer(request, response);
  });
  const server = createServer(timeouts, door.handle);
  door.watch(server);
  lingerWhenClosing(server);
  server.timeout = limits.httpHeartbeatMs + UNREAD_MS_MAX;
  server.maxConnections = limits.connectionsMax + limits.refusalsHeldMax + OTHER_CONNECTIONS_MAX;
  server.on("connection", (socket) => {
    if (visitors.receive(socket, performance.now())) return;
    metrics.refused.inc({ reason: "requests" });
    socket.destroy();
  });
  return server;
}

async function listen(server: Server, at: { host: string; port: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: at.port, host: at.host, backlog: BACKLOG }, resolve);
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("The server does not listen.");
  return address.port;
}
