import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { CountedAddress } from "@/platform/security/client-address";
import type { AppHub } from "../channels/app-hub";
import { receiveMessage } from "../channels/client-messages";
import type { GatewayLimits } from "../limits/limits";
import type { Visitor } from "../limits/visitors";
import { equalsInConstantTime } from "../protocol/channel-auth";
import { Code } from "../protocol/close-codes";
import { errorFrame } from "../protocol/frames";
import type { Refusal } from "../protocol/handshake";
import { readBody } from "../protocol/http-body";
import { HttpError } from "../protocol/http-error";
import * as metrics from "../push-metrics";
import { type Connections, newSocketId } from "./connections";
import { HttpConnection } from "./http-connection";
import { encodeClose, encodeMessages, encodeOpen, joinMessages, parseSentMessages } from "./http-lines";

/**
 * `/pusher/app/{key}/{number}/{session}/{action}`, as `pusher-js` builds it; number and session are the client's. All but
 * the first request of a session carry our secret before that, where `locate` puts it.
 */
const PATH =
  /^\/pusher(\/app\/[^/]+)(\/[^/]{1,8}\/[\w-]{1,64})(?:\/([\w-]{22})(?::\d{1,5})?\/pusher\1\2)?\/(xhr_streaming|xhr|xhr_send)$/;
/** A name or an IPv4 address, with or without a port. The library cannot replace an IPv6 address. */
const HOST = /^[\w.-]{1,253}(?::\d{1,5})?$/;
const SECRET_BYTES = 16;
/** Next to a message: a busy channel is polled for all the time. */
const POLL_COST = 0.1;

/** A close code of WebSockets: message too big (RFC 6455 section 7.4.1). */
const TOO_BIG = 1009;

interface Session {
  hub: AppHub;
  connection: HttpConnection;
  /** What its further requests have to show, and where they have to come from. */
  secret: string | undefined;
  address: CountedAddress;
}

/** The parts of a path. */
interface Target {
  app: string;
  id: string;
  secret: string | undefined;
  action: string;
}

/**
 * The transports `pusher-js` falls back to where WebSockets do not get through: `xhr_streaming` and `xhr_polling`. A
 * client has a request open that brings it its messages and sends each of its own in another one.
 */
export class HttpTransport {
  private readonly sessions = new Map<string, Session>();
  private readonly connectionLimits: GatewayLimits;

  constructor(
    private readonly connections: Connections,
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
    const [, app = "", id = "", secret, action = ""] = PATH.exec(path) ?? [];
    const target = { app, id, secret, action };
    try {
      if (action === "") throw new HttpError(404, "Not found");
      if (request.method === "OPTIONS") {
        allowPost(response);
      } else if (request.method !== "POST") {
        throw new HttpError(405, "Method not allowed");
      } else if (action === "xhr_send") {
        await this.receive(target, request, response);
      } else {
        request.resume();
        this.openReceiver(target, query, request, response);
      }
    } catch (error) {
      const known = error instanceof HttpError ? error : new HttpError(400, "Request was cut off");
      this.refuse(known, request, response);
    }
    const { statusCode: status } = response;
    metrics.httpRequests.inc({ route: action === "" ? "unknown" : action, status });
  }

  private refuse(error: HttpError, request: IncomingMessage, response: ServerResponse): void {
    const { visitors } = this.connections;
    const nowMs = performance.now();
    const isTooMuch =
      (error.status === 404 || error.status === 405) && !visitors.mayErr(visitors.of(request, nowMs), nowMs);
    if (isTooMuch) metrics.refused.inc({ reason: "mistakes" });
    if (isTooMuch || !request.complete) response.setHeader("connection", "close");
    const { status, message } = isTooMuch ? new HttpError(429, "Too many wrong requests") : error;
    if (!response.headersSent) response.writeHead(status, { "content-type": "text/plain" });
    response.end(`${message}\n`);
  }

  /**
   * The session of a request that shows what only its client was told and comes from where it came from; undefined when
   * there is none. Throws HttpError 404, as for one that does not exist, when somebody else asks for it.
   */
  private findSession({ app, id, secret }: Target, request: IncomingMessage): Session | undefined {
    const session = this.sessions.get(app + id);
    if (!session) {
      // Whoever has been told a secret is not new.
      if (secret !== undefined) throw new HttpError(404, "No such session");
      return undefined;
    }
    const isItsOwn =
      equalsInConstantTime(secret ?? "", session.secret ?? "") &&
      this.connections.visitors.addressOf(request) === session.address;
    if (isItsOwn) return session;
    metrics.sessionsDenied.inc();
    throw new HttpError(404, "No such session");
  }

  private openReceiver(
    target: Target,
    query: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const session = this.findSession(target, request);
    const visitor = session ? undefined : this.connections.findVisitor(request);
    if (!session && !visitor) throw new HttpError(429, "Too many requests");
    response.writeHead(200, {
      // Not text/plain, whose beginning browsers hold back to guess what it is.
      "content-type": "application/javascript; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    });
    response.flushHeaders();
    const isStreaming = target.action === "xhr_streaming";
    if (session) {
      const { connection } = session;
      const nowMs = performance.now();
      if (connection.isOpen) connection.takeTurn(nowMs, POLL_COST);
      connection.attach(response, isStreaming, nowMs);
      return;
    }
    const found = this.findHub(`${target.app}?${query}`, request.headers.origin);
    if ("code" in found) {
      metrics.closed.inc({ code: found.code });
      const error = encodeMessages(errorFrame(found.code, found.message));
      const refusal = encodeOpen() + joinMessages([error]) + encodeClose(found.code, found.message);
      if (!this.connections.refuse(found.code, () => response.end(refusal))) response.destroy();
      return;
    }
    if (visitor) this.open(target, found.hub, visitor, isStreaming, request, response);
  }

  private findHub(appUrl: string, origin: string | undefined): { hub: AppHub } | Refusal {
    if (this.sessions.size >= this.limits.httpSessionsMax) {
      return { code: Code.overCapacity, message: "This node takes no more clients without WebSockets" };
    }
    return this.connections.findHub(appUrl, origin);
  }

  private open(
    target: Target,
    hub: AppHub,
    visitor: Visitor,
    isStreaming: boolean,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const nowMs = performance.now();
    const { httpSessionGapMs } = this.limits;
    const connection = new HttpConnection(newSocketId(), this.connectionLimits, httpSessionGapMs, nowMs);
    const id = target.app + target.id;
    const { host = "" } = request.headers;
    const secret = HOST.test(host) ? randomBytes(SECRET_BYTES).toString("base64url") : undefined;
    const address = this.connections.visitors.addressOf(request);
    this.sessions.set(id, { hub, connection, secret, address });
    void connection.whenClosed().then(() => {
      this.sessions.delete(id);
      this.connections.dismiss(hub, connection);
    });
    response.write(encodeOpen(secret === undefined ? undefined : locate(host, target, secret)));
    connection.attach(response, isStreaming, nowMs);
    this.connections.admit(hub, connection, visitor, request);
  }

  private async receive(target: Target, request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Before anything is read; it may be gone afterwards.
    if (!this.findSession(target, request)) throw new HttpError(404, "No such session");
    // A message is escaped once more on its way here.
    const body = await readBody(request, this.limits.clientMessageBytesMax * 2);
    const session = this.findSession(target, request);
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

/**
 * What makes the client put the secret into the addresses of all further requests. It takes what we say for the name of
 * a server to go on with, and puts it where the name was: before the port and the path.
 */
function locate(host: string, { app, id }: Target, secret: string): string {
  return `${host}/pusher${app}${id}/${secret}`;
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
