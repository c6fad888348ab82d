import { randomInt } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { BlockedRanges } from "@/platform/security/blocked-ranges";
import { clientAddress } from "@/platform/security/client-address";
import type { AppHub } from "../channels/app-hub";
import type { SocketConnection } from "../channels/socket-connection";
import type { GatewayLimits } from "../limits/limits";
import { TokenBucket } from "../limits/token-bucket";
import { type Visitor, Visitors } from "../limits/visitors";
import { Code } from "../protocol/close-codes";
import { connectionFrame } from "../protocol/frames";
import { type Handshake, parseHandshake, type Refusal } from "../protocol/handshake";
import * as metrics from "../push-metrics";
import { makeRoom } from "./make-room";

/** Lets clients in, whatever transport brings them, and knows all that are in. */
export class Connections {
  readonly open = new Set<SocketConnection>();
  readonly visitors: Visitors;
  private readonly connects: TokenBucket;
  /** Refusals that are still to be spoken. */
  private readonly held = new Map<NodeJS.Timeout, () => void>();
  private isDraining = false;
  private readonly hubsByKey: ReadonlyMap<string, AppHub>;

  constructor(
    hubs: readonly AppHub[],
    readonly limits: GatewayLimits,
    private readonly trustProxy: boolean,
    private readonly blocked: BlockedRanges,
  ) {
    this.visitors = new Visitors(limits, trustProxy);
    const perSecond = limits.connectsPerSecondMax;
    this.connects = new TokenBucket(Math.max(1, perSecond), perSecond);
    this.hubsByKey = new Map(hubs.map((hub) => [hub.app.key, hub]));
  }

  get isAccepting(): boolean {
    return !this.isDraining;
  }

  /** From now on newcomers are sent to another node. */
  drain(): void {
    this.isDraining = true;
    for (const [timer, refuse] of this.held) {
      clearTimeout(timer);
      refuse();
    }
    this.held.clear();
  }

  /** Who sends this request; undefined when too many come from that address, and not a word more is to be lost on it. */
  findVisitor(request: IncomingMessage): Visitor | undefined {
    const visitor = this.visitors.find(request, performance.now());
    if (!visitor) metrics.refused.inc({ reason: "address" });
    return visitor;
  }

  /** The hub that takes a client who asks for `/app/{key}?…` from a page of this origin, or why none does. */
  findHub(url: string, origin: string | undefined): (Handshake & { hub: AppHub }) | Refusal {
    const handshake = parseHandshake(url);
    if ("code" in handshake) return handshake;
    const hub = this.hubsByKey.get(handshake.key);
    if (!hub) return { code: Code.appUnknown, message: "No app has this key" };
    if (!hub.app.enabled) return { code: Code.appDisabled, message: "This app is disabled" };
    if (origin !== undefined && hub.app.origins.length > 0 && !hub.app.origins.includes(origin)) {
      return { code: Code.unauthorised, message: "Origin not allowed" };
    }
    if (hub.connections.size >= (hub.app.maxConnections ?? Number.POSITIVE_INFINITY)) {
      return { code: Code.appConnectionLimit, message: "This app is over its connection limit" };
    }
    if (this.open.size >= this.limits.connectionsMax) {
      return { code: Code.overCapacity, message: "This node is full; try again later" };
    }
    if (this.isDraining) return { code: Code.reconnectNow, message: "This node is going away; reconnect" };
    if (this.limits.connectsPerSecondMax > 0 && !this.connects.take(performance.now())) {
      return { code: Code.overCapacity, message: "Too many clients come at once; try again" };
    }
    return { ...handshake, hub };
  }

  /**
   * Speaks a refusal: after a while where the client is to come again, since clients come back a fixed time after it, all
   * of those who lost their node together at once. Returns false when too many wait already.
   */
  refuse(code: number, speak: () => void): boolean {
    metrics.refused.inc({ reason: String(code) });
    if (code !== Code.overCapacity || this.limits.refusalHoldMs === 0) {
      speak();
      return true;
    }
    if (this.held.size >= this.limits.refusalsHeldMax) {
      metrics.refused.inc({ reason: "unheard" });
      return false;
    }
    const timer = setTimeout(() => {
      this.held.delete(timer);
      speak();
    }, Math.random() * this.limits.refusalHoldMs);
    this.held.set(timer, speak);
    return true;
  }

  /** Pings and cuts off whom it is time for. */
  sweep(): void {
    const nowMs = performance.now();
    let bufferedBytesMax = 0;
    let lagging = 0;
    for (const connection of this.open) {
      bufferedBytesMax = Math.max(bufferedBytesMax, connection.bufferedBytes);
      connection.keepAlive(nowMs);
      if (connection.lagging) lagging += 1;
    }
    metrics.bufferedBytesMax.set(bufferedBytesMax);
    metrics.lagging.set(lagging);
    this.visitors.forgetIdle(nowMs);
    this.makeRoom(nowMs);
  }

  private makeRoom(nowMs: number): void {
    const { connectionsMax, uselessAfterMs } = this.limits;
    let left = makeRoom(this.open, connectionsMax, uselessAfterMs, nowMs);
    for (const { app, connections } of this.hubsByKey.values()) {
      if (app.maxConnections !== undefined)
        left += makeRoom(connections, app.maxConnections, uselessAfterMs, nowMs);
    }
    if (left > 0) metrics.madeRoom.inc(left);
  }

  /** Whether nobody is let in from where this request comes from. */
  isBlocked(request: IncomingMessage): boolean {
    if (this.blocked.isEmpty || !this.blocked.has(clientAddress(request, this.trustProxy))) return false;
    metrics.refused.inc({ reason: "blocked" });
    return true;
  }

  /** Whoever is here from an address that is blocked by now has to go, and is not to come back. */
  closeBlocked(): void {
    const nowMs = performance.now();
    for (const connection of this.open) {
      if (!connection.address || !this.blocked.has(connection.address, nowMs)) continue;
      connection.close(Code.unauthorised, "Access from this address is blocked");
    }
  }

  /** Registers a client and greets it. */
  admit(hub: AppHub, connection: SocketConnection, visitor: Visitor, request: IncomingMessage): void {
    connection.address = clientAddress(request, this.trustProxy);
    this.open.add(connection);
    connection.visitor = visitor;
    visitor.connections += 1;
    hub.addConnection(connection);
    connection.write(
      connectionFrame("pusher:connection_established", {
        socket_id: connection.socketId,
        activity_timeout: Math.ceil(this.limits.activityTimeoutMs / 1000),
      }),
    );
  }

  /** The client is gone. */
  dismiss(hub: AppHub, connection: SocketConnection): void {
    if (this.open.delete(connection) && connection.visitor) connection.visitor.connections -= 1;
    hub.removeConnection(connection);
  }
}

export function newSocketId(): string {
  return `${randomInt(1e9)}.${randomInt(1e9)}`;
}
