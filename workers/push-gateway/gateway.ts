import { randomInt } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { Log } from "@/server/observability/log";
import { handleHealthRequest } from "@/workers/lib/health";
import { AppHub } from "./app-hub";
import type { App } from "./apps";
import { receiveMessage } from "./client-messages";
import { Code } from "./close-codes";
import { closeAll } from "./drain";
import { parseHandshake, type Refusal } from "./handshake";
import { handleApiRequest } from "./http-api";
import { DEFAULT_LIMITS, type GatewayLimits } from "./limits";
import { connectionFrame } from "./protocol-frames";
import { SocketConnection } from "./socket-connection";

export interface PushGatewayOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  apps: App[];
  /** What differs from DEFAULT_LIMITS. */
  limits?: Partial<GatewayLimits>;
  log: Log;
}

export interface PushGateway {
  port: number;
  /** Stops accepting, sends every client to another node in staggered batches, then closes. */
  close: () => Promise<void>;
}

/** Starts the WebSocket side and the HTTP side on one port. Rejects when the port cannot be had. */
export async function startPushGateway(options: PushGatewayOptions): Promise<PushGateway> {
  const limits: GatewayLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const { log } = options;
  const hubs = options.apps.map((app) => new AppHub(app, limits, log));
  const hubsByKey = new Map(hubs.map((hub) => [hub.app.key, hub]));
  const hubsByAppId = new Map(hubs.map((hub) => [hub.app.id, hub]));
  const open = new Set<SocketConnection>();
  let isDraining = false;

  const readiness = {
    accepting: async () => (isDraining ? { ok: false, reason: "draining" } : { ok: true }),
  };
  const api = { hubsByAppId, bodyBytesMax: limits.httpBodyBytesMax, log };
  const server = createServer((request, response) => {
    handleHealthRequest(request, response, readiness)
      .then((handled) => (handled ? undefined : handleApiRequest(api, request, response)))
      .catch((error: unknown) => {
        log.error({ err: error }, "request failed");
        response.destroy();
      });
  });
  // Publishers keep their connections open between events.
  server.keepAliveTimeout = 65_000;
  server.requestTimeout = 30_000;

  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.clientMessageBytesMax,
    clientTracking: false,
  });

  server.on("upgrade", (request, socket, head) => {
    // `ws` reports errors of an accepted socket itself; this one is for the time before.
    socket.on("error", () => socket.destroy());
    webSockets.handleUpgrade(request, socket, head, (ws) => accept(ws, socket as Socket, request));
  });

  /** The hub that takes this client, or why none does. */
  function findHub(url: string): AppHub | Refusal {
    const handshake = parseHandshake(url);
    if ("code" in handshake) return handshake;
    const hub = hubsByKey.get(handshake.key);
    if (!hub) return { code: Code.appUnknown, message: "No app has this key" };
    if (!hub.app.enabled) return { code: Code.appDisabled, message: "This app is disabled" };
    if (hub.connections.size >= (hub.app.maxConnections ?? Number.POSITIVE_INFINITY)) {
      return { code: Code.appConnectionLimit, message: "This app is over its connection limit" };
    }
    if (open.size >= limits.connectionsMax) {
      return { code: Code.overCapacity, message: "This node is full; try again later" };
    }
    if (isDraining) return { code: Code.reconnectNow, message: "This node is going away; reconnect" };
    return hub;
  }

  function accept(ws: WebSocket, tcp: Socket, request: IncomingMessage): void {
    ws.on("error", (error) => log.debug({ err: error }, "socket failed"));
    const socketId = `${randomInt(1e9)}.${randomInt(1e9)}`;
    const connection = new SocketConnection(socketId, ws, tcp, limits, performance.now());
    const hub = findHub(request.url ?? "");
    if (!(hub instanceof AppHub)) {
      connection.refuse(hub.code, hub.message);
      return;
    }
    open.add(connection);
    hub.addConnection(connection);
    ws.on("close", () => {
      open.delete(connection);
      hub.removeConnection(connection);
    });
    ws.on("message", (data, isBinary) => {
      if (isBinary) {
        connection.sendError(null, "Only text messages are understood");
      } else if (connection.isOpen) {
        receiveMessage(hub, connection, (data as Buffer).toString(), performance.now());
      }
    });
    connection.write(
      connectionFrame("pusher:connection_established", {
        socket_id: socketId,
        activity_timeout: Math.ceil(limits.activityTimeoutMs / 1000),
      }),
    );
  }

  const sweep = setInterval(() => {
    const nowMs = performance.now();
    for (const connection of open) connection.keepAlive(nowMs);
  }, limits.keepaliveSweepMs);
  sweep.unref();

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();

  return {
    port: typeof address === "object" && address ? address.port : options.port,
    close: async () => {
      isDraining = true;
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
      await closeAll(open, limits.drainMs);
      await Promise.all(hubs.map((hub) => hub.close()));
      clearInterval(sweep);
      server.closeAllConnections();
      await stopped;
    },
  };
}
