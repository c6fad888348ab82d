import { randomInt } from "node:crypto";
import type { AppHub } from "./app-hub";
import { Code } from "./close-codes";
import { type Handshake, parseHandshake, type Refusal } from "./handshake";
import type { GatewayLimits } from "./limits";
import { connectionFrame } from "./protocol-frames";
import type { SocketConnection } from "./socket-connection";

/** Lets clients in, whatever transport brings them, and knows all that are in. */
export class Reception {
  readonly open = new Set<SocketConnection>();
  private isDraining = false;
  private readonly hubsByKey: ReadonlyMap<string, AppHub>;

  constructor(
    hubs: readonly AppHub[],
    readonly limits: GatewayLimits,
  ) {
    this.hubsByKey = new Map(hubs.map((hub) => [hub.app.key, hub]));
  }

  get isAccepting(): boolean {
    return !this.isDraining;
  }

  /** From now on newcomers are sent to another node. */
  drain(): void {
    this.isDraining = true;
  }

  /** The hub that takes a client who asks for `/app/{key}?…`, or why none does. */
  findHub(url: string): (Handshake & { hub: AppHub }) | Refusal {
    const handshake = parseHandshake(url);
    if ("code" in handshake) return handshake;
    const hub = this.hubsByKey.get(handshake.key);
    if (!hub) return { code: Code.appUnknown, message: "No app has this key" };
    if (!hub.app.enabled) return { code: Code.appDisabled, message: "This app is disabled" };
    if (hub.connections.size >= (hub.app.maxConnections ?? Number.POSITIVE_INFINITY)) {
      return { code: Code.appConnectionLimit, message: "This app is over its connection limit" };
    }
    if (this.open.size >= this.limits.connectionsMax) {
      return { code: Code.overCapacity, message: "This node is full; try again later" };
    }
    if (this.isDraining) return { code: Code.reconnectNow, message: "This node is going away; reconnect" };
    return { ...handshake, hub };
  }

  /** Registers a client and greets it. */
  admit(hub: AppHub, connection: SocketConnection): void {
    this.open.add(connection);
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
    this.open.delete(connection);
    hub.removeConnection(connection);
  }
}

export function newSocketId(): string {
  return `${randomInt(1e9)}.${randomInt(1e9)}`;
}
