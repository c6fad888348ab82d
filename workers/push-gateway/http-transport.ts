import type { IncomingMessage, ServerResponse } from "node:http";
import type { AppHub } from "./app-hub";
import { receiveMessage } from "./client-messages";
import { Code } from "./close-codes";
import type { Refusal } from "./handshake";
import { readBody } from "./http-body";
import { HttpConnection } from "./http-connection";
import { HttpError } from "./http-error";
import { encodeClose, encodeMessages, joinMessages, OPEN_LINE, parseSentMessages } from "./http-lines";
import type { GatewayLimits } from "./limits";
import { errorFrame } from "./protocol-frames";
import * as metrics from "./push-metrics";
import { newSocketId, type Reception } from "./reception";
import type { Visitor } from "./visitors";

/** `/pusher/app/{key}/{number}/{session}/{action}`, as `pusher-js` builds it; number and session are the client's. */
const PATH = /^\/pusher(\/app\/[^/]+)(\/[^/]{1,8}\/[\w-]{1,64})\/(xhr_streaming|xhr|xhr_send)$/;

/** A close code of WebSockets: message too big (RFC 6455 section 7.4.1). */
const TOO_BIG = 1009;

interface Session {
  hub: AppHub;
  connection: HttpConnection;
}

/**
 * The transports `pusher-js` falls back to where WebSockets do not get through: `xhr_streaming` and `xhr_polling`. A
 * client has a request open that brings it its messages and sends each of its own in another one.
 */
export class HttpTransport {
  private readonly sessions = new Map<string, Session>();
  private readonly connectionLimits: GatewayLimits;

  constructor(
    private readonly reception: Reception,
    private readonly limits: GatewayLimits,
  ) {
    const activityTimeoutMs = Math.min(limits.activityTimeoutMs, limits.httpHeartbeatMs);
    this.connectionLimits = { ...limits, activityTimeoutMs };
  }

  handles(request: IncomingMessage): boolean {
    return request.url?.startsWith("/pusher/app/") ?? false;
  }

  /** Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Any page may come, as with WebSockets; there are no cookies, a key and a signature let in.
    response.setHeader("access-control-allow-origin", "*");
    const [path = "", query = ""] = (request.url ?? "").split(/\?(.*)/s, 2);
    const [, app = "", id = "", action = ""] = PATH.exec(path) ?? [];
    try {
      if (action === "") throw new HttpError(404, "Not found");
      if (request.method === "OPTIONS") {
        allowPost(response);
      } else if (request.method !== "POST") {
        throw new HttpError(405, "Method not allowed");
      } else if (action === "xhr_send") {
        await this.receive(app + id, request, response);
      } else {
        request.resume();
        this.openReceiver(app + id, `${app}?${query}`, action === "xhr_streaming", request, response);
      }
    } catch (error) {
      const known = error instanceof HttpError ? error : new HttpError(400, "Request was cut off");
      if (!request.complete) response.setHeader("connection", "close");
      if (!response.headersSent) response.writeHead(known.status, { "content-type": "text/plain" });
      response.end(`${known.message}\n`);
    }
    const { statusCode: status } = response;
    metrics.httpRequests.inc({ route: action === "" ? "unknown" : action, status });
  }

  private openReceiver(
    id: string,
    appUrl: string,
    isStreaming: boolean,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const session = this.sessions.get(id);
    const visitor = session ? undefined : this.reception.findVisitor(request);
    if (!session && !visitor) throw new HttpError(429, "Too many requests");
    response.writeHead(200, {
      // Not text/plain, whose beginning browsers hold back to guess what it is.
      "content-type": "application/javascript; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    });
    response.flushHeaders();
    if (session) {
      session.connection.attach(response, isStreaming, performance.now());
      return;
    }
    const found = this.findHub(appUrl, request.headers.origin);
    if ("code" in found) {
      metrics.closed.inc({ code: found.code });
      const error = encodeMessages(errorFrame(found.code, found.message));
      const refusal = OPEN_LINE + joinMessages([error]) + encodeClose(found.code, found.message);
      if (!this.reception.refuse(found.code, () => response.end(refusal))) response.destroy();
      return;
    }
    if (visitor) this.open(id, found.hub, visitor, isStreaming, response);
  }

  private findHub(appUrl: string, origin: string | undefined): { hub: AppHub } | Refusal {
    if (this.sessions.size >= this.limits.httpSessionsMax) {
      return { code: Code.overCapacity, message: "This node takes no more clients without WebSockets" };
    }
    return this.reception.findHub(appUrl, origin);
  }

  private open(
    id: string,
    hub: AppHub,
    visitor: Visitor,
    isStreaming: boolean,
    response: ServerResponse,
  ): void {
    const nowMs = performance.now();
    const { httpSessionGapMs } = this.limits;
    const connection = new HttpConnection(newSocketId(), this.connectionLimits, httpSessionGapMs, nowMs);
    this.sessions.set(id, { hub, connection });
    void connection.whenClosed().then(() => {
      this.sessions.delete(id);
      this.reception.dismiss(hub, connection);
    });
    response.write(OPEN_LINE);
    connection.attach(response, isStreaming, nowMs);
    this.reception.admit(hub, connection, visitor);
  }

  private async receive(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A message is escaped once more on its way here.
    const body = await readBody(request, this.limits.clientMessageBytesMax * 2);
    const session = this.sessions.get(id);
    if (!session) throw new HttpError(404, "No such session");
    const messages = parseSentMessages(body);
    if (!messages) throw new HttpError(400, "Body is not a JSON list of strings");
    const { hub, connection } = session;
    const nowMs = performance.now();
    if (messages.length === 0) connection.receiveHeartbeat(nowMs);
    for (const message of messages) {
      if (!connection.isOpen) break;
      if (Buffer.byteLength(message) > this.limits.clientMessageBytesMax) {
        connection.close(TOO_BIG, "Message is too large");
      } else {
        receiveMessage(hub, connection, message, nowMs);
      }
    }
    response.writeHead(204).end();
  }
}

/** Browsers ask before they post JSON to another origin. */
function allowPost(response: ServerResponse): void {
  response
    .writeHead(204, {
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "content-type",
      "access-control-max-age": "86400",
    })
    .end();
}
