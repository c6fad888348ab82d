import { createServer, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { Log } from "@/server/observability/log";
import { audienceOf, createHealth, type ReadinessChecks } from "@/workers/lib/health";
import { AppHub } from "./app-hub";
import type { App } from "./apps";
import { receiveMessage } from "./client-messages";
import { ClusterNode, type ClusterOptions } from "./cluster/cluster-node";
import { closeAll } from "./drain";
import { handleApiRequest } from "./http-api";
import { HttpTransport } from "./http-transport";
import { DEFAULT_LIMITS, type GatewayLimits } from "./limits";
import { newSocketId, Reception } from "./reception";
import type { Visitor } from "./visitors";
import { WebSocketConnection } from "./web-socket-connection";

/** Publishers, and connections that have not said yet what they are. */
const OTHER_CONNECTIONS_MAX = 8_000;

/** Connections that may wait to be accepted: Node's 511 overflow when thousands come back at once. The system caps it. */
const BACKLOG = 65_535;

export interface PushGatewayOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  apps: App[];
  /** What differs from DEFAULT_LIMITS. */
  limits?: Partial<GatewayLimits>;
  log: Log;
  /** Takes a client's address from X-Forwarded-For; only behind a proxy that sets it. */
  trustProxy?: boolean;
  /** Nobody but the health port tells figures there. */
  isProduction?: boolean;
  /** Joins the nodes that have the same Redis; without it this one is alone. */
  cluster?: ClusterOptions;
}

export interface PushGateway {
  port: number;
  /** For the health port. */
  checks: ReadinessChecks;
  /** Stops accepting, sends every client to another node in staggered batches, then closes. */
  close: () => Promise<void>;
}

/** Starts the WebSocket side and the HTTP side on one port. Rejects when the port cannot be had. */
export async function startPushGateway(options: PushGatewayOptions): Promise<PushGateway> {
  const limits: GatewayLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const { log } = options;
  const hubs = options.apps.map((app) => new AppHub(app, limits, log));
  const hubsByAppId = new Map(hubs.map((hub) => [hub.app.id, hub]));
  const reception = new Reception(hubs, limits, options.trustProxy ?? false);
  const httpTransport = new HttpTransport(reception, limits);

  const cluster = options.cluster && new ClusterNode(options.cluster, hubs, limits, log);

  const readiness: ReadinessChecks = {
    accepting: async () => (reception.isAccepting ? { ok: true } : { ok: false, reason: "draining" }),
  };
  if (cluster) {
    readiness.cluster = async () => {
      const reason = cluster.degradedReason;
      // Ready all the same: turning clients away would help nobody.
      return reason === undefined ? { ok: true } : { ok: true, degraded: true, reason };
    };
  }
  const health = createHealth(readiness);
  const api = { hubsByAppId, bodyBytesMax: limits.httpBodyBytesMax, log };
  const timeouts = {
    requestTimeout: limits.httpRequestMs,
    headersTimeout: limits.httpRequestMs,
    connectionsCheckingInterval: limits.httpRequestMs / 4,
    // Publishers keep their connections open between events.
    keepAliveTimeout: 65_000,
  };
  const server = createServer(timeouts, (request, response) => {
    if (httpTransport.handles(request)) {
      void httpTransport.handle(request, response);
      return;
    }
    if (health.answer(request, response, audienceOf(request, options.isProduction ?? false))) return;
    handleApiRequest(api, request, response).catch((error: unknown) => {
      log.error({ err: error }, "request failed");
      response.destroy();
    });
  });

  server.maxConnections = limits.connectionsMax + limits.refusalsHeldMax + OTHER_CONNECTIONS_MAX;

  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.clientMessageBytesMax,
    clientTracking: false,
  });

  server.on("upgrade", (request, socket, head) => {
    // `ws` reports errors of an accepted socket itself; this one is for the time before.
    socket.on("error", () => socket.destroy());
    const visitor = reception.findVisitor(request);
    if (!visitor) {
      // The server's sockets stay half open until the other side hangs up, too.
      socket.once("finish", () => socket.destroy());
      socket.end("HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (ws) => accept(ws, socket as Socket, request, visitor));
  });

  function accept(ws: WebSocket, tcp: Socket, request: IncomingMessage, visitor: Visitor): void {
    ws.on("error", (error) => log.debug({ err: error }, "socket failed"));
    const connection = new WebSocketConnection(newSocketId(), ws, tcp, limits, performance.now());
    const found = reception.findHub(request.url ?? "", request.headers.origin);
    if ("code" in found) {
      const isHeard = reception.refuse(found.code, () => connection.refuse(found.code, found.message));
      if (!isHeard) ws.terminate();
      return;
    }
    const { hub } = found;
    if (!found.answersPingEvents) connection.useControlPings();
    ws.on("close", () => reception.dismiss(hub, connection));
    ws.on("message", (data, isBinary) => {
      const text = isBinary ? undefined : (data as Buffer).toString();
      receiveMessage(hub, connection, text, performance.now());
    });
    // `ws` answers control frames by itself; they count all the same.
    const countControl = () => connection.takeTurn(performance.now());
    ws.on("ping", countControl);
    ws.on("pong", countControl);
    reception.admit(hub, connection, visitor);
  }

  const sweep = setInterval(() => reception.sweep(), limits.keepaliveSweepMs);
  sweep.unref();

  await cluster?.start();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: options.port, host: options.host, backlog: BACKLOG }, resolve);
  }).catch(async (error: unknown) => {
    clearInterval(sweep);
    await cluster?.close();
    throw error;
  });
  const address = server.address();

  return {
    port: typeof address === "object" && address ? address.port : options.port,
    checks: readiness,
    close: async () => {
      reception.drain();
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
      await closeAll(reception.open, limits.drainMs);
      await cluster?.close();
      await Promise.all(hubs.map((hub) => hub.close()));
      clearInterval(sweep);
      server.closeAllConnections();
      await stopped;
    },
  };
}
