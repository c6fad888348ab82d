import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type ClientAddress, type CountedAddress, clientAddress } from "@/platform/security/client-address";
import type { GatewayLimits } from "./limits";
import { TokenBucket } from "./token-bucket";

/** Seconds' worth of attempts, or of mistakes, that an address may make at once. */
const BURST_SECONDS = 5;
/** An address is forgotten when nothing has come from it for so long and nobody is here from it. */
const FORGET_AFTER_MS = 60_000;
/** How long it may take this process to read what a newcomer has sent. */
const UNREAD_MS_MAX = 2_000;
/** Addresses that are remembered; beyond it nobody new is counted until some are forgotten. */
const ADDRESSES_MAX = 100_000;

/** All that come from one address. */
export interface Visitor {
  /** Clients. */
  connections: number;
  /** Connections that are no clients, or not yet. */
  strangers: number;
  /** Requests under way. */
  requests: number;
  readonly attempts: TokenBucket;
  /** Requests that were wrong: unknown, or not signed by anybody who may. */
  readonly mistakes: TokenBucket;
  cameAtMs: number;
}

type VisitorLimits = Pick<
  GatewayLimits,
  | "connectionsPerAddressMax"
  | "connectsPerAddressPerSecond"
  | "requestsPerAddressMax"
  | "mistakesPerAddressPerSecond"
  | "silentConnectionsMax"
>;

/** Keeps one address from taking the place of all others, this machine's own too. 0 is no limit. */
export class Visitors {
  private readonly byAddress = new Map<string, Visitor>();
  private readonly strangers = new Map<Socket, Visitor>();
  /** Connections that have brought no request yet, and when they came; the oldest first. */
  private readonly silent = new Map<Socket, number>();

  constructor(
    private readonly limits: VisitorLimits,
    private readonly trustProxy: boolean,
  ) {}

  /** Whoever wants to become a client by this request, or undefined when too many come from there. */
  find(request: IncomingMessage, nowMs: number): Visitor | undefined {
    const { connectionsPerAddressMax: connectionsMax, connectsPerAddressPerSecond: perSecond } = this.limits;
    const visitor = this.of(request, nowMs);
    if (connectionsMax > 0 && visitor.connections >= connectionsMax) return undefined;
    if (perSecond > 0 && !visitor.attempts.take(nowMs)) return undefined;
    return visitor;
  }

  /** Whoever sends this request. */
  of(request: Pick<IncomingMessage, "headers" | "socket">, nowMs: number): Visitor {
    return this.get(clientAddress(request, this.trustProxy), nowMs);
  }

  addressOf(request: IncomingMessage): CountedAddress {
    return clientAddress(request, this.trustProxy).counted;
  }

  /**
   * Counts a connection that has said nothing yet, until it closes or becomes a client. False when there are too many
   * from there. Those of a proxy are its own affair: whom they are for is known by their requests. When too many say
   * nothing, whoever did so the longest has to go: who wants something says so at once.
   */
  receive(socket: Socket, nowMs: number): boolean {
    this.silent.set(socket, nowMs);
    socket.once("close", () => this.silent.delete(socket));
    if (this.silent.size > this.limits.silentConnectionsMax) this.endLongestSilence(nowMs);
    if (this.trustProxy) return true;
    const visitor = this.of({ headers: {}, socket }, nowMs);
    const { requestsPerAddressMax: max } = this.limits;
    if (max > 0 && visitor.strangers >= max) return false;
    visitor.strangers += 1;
    this.strangers.set(socket, visitor);
    socket.once("close", () => this.release(socket));
    return true;
  }

  /** The connection has brought a whole request. */
  hear(socket: Socket): void {
    this.silent.delete(socket);
  }

  /** The connection is a client's from now on, or gone. */
  release(socket: Socket): void {
    const visitor = this.strangers.get(socket);
    if (!visitor) return;
    this.strangers.delete(socket);
    visitor.strangers -= 1;
  }

  /** False when too many requests of this visitor are under way. */
  mayAsk(visitor: Visitor): boolean {
    const { requestsPerAddressMax: max } = this.limits;
    return max === 0 || visitor.requests < max;
  }

  /** Counts a wrong request. False when there were so many that no more is answered. */
  mayErr(visitor: Visitor, nowMs: number): boolean {
    return this.limits.mistakesPerAddressPerSecond === 0 || visitor.mistakes.take(nowMs);
  }

  forgetIdle(nowMs: number): void {
    for (const [address, { connections, strangers, requests, cameAtMs }] of this.byAddress) {
      const isHere = connections + strangers + requests > 0;
      if (!isHere && nowMs - cameAtMs > FORGET_AFTER_MS) this.byAddress.delete(address);
    }
  }

  private endLongestSilence(nowMs: number): void {
    const [longest] = this.silent;
    if (!longest) return;
    const [socket, cameAtMs] = longest;
    // A crowd that comes back at once is accepted faster than it is read, and has said what it wants.
    if (nowMs - cameAtMs < UNREAD_MS_MAX) return;
    this.silent.delete(socket);
    socket.destroy();
  }

  private get({ counted }: ClientAddress, nowMs: number): Visitor {
    const known = this.byAddress.get(counted);
    if (known) {
      known.cameAtMs = nowMs;
      return known;
    }
    const visitor = this.newVisitor(nowMs);
    if (this.byAddress.size < ADDRESSES_MAX) this.byAddress.set(counted, visitor);
    return visitor;
  }

  private newVisitor(nowMs: number): Visitor {
    const { connectsPerAddressPerSecond, mistakesPerAddressPerSecond } = this.limits;
    return {
      connections: 0,
      strangers: 0,
      requests: 0,
      attempts: newBucket(connectsPerAddressPerSecond),
      mistakes: newBucket(mistakesPerAddressPerSecond),
      cameAtMs: nowMs,
    };
  }
}

function newBucket(perSecond: number): TokenBucket {
  return new TokenBucket(Math.max(1, perSecond * BURST_SECONDS), perSecond);
}
