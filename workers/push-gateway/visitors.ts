import type { IncomingMessage } from "node:http";
import { clientAddress } from "@/server/security/client-address";
import type { GatewayLimits } from "./limits";
import { TokenBucket } from "./token-bucket";

/** Seconds' worth of attempts that an address may make at once. */
const BURST_SECONDS = 5;
/** An address is forgotten when nothing has come from it for so long and nobody is here from it. */
const FORGET_AFTER_MS = 60_000;
/** Addresses that are remembered; beyond it nobody new is counted until some are forgotten. */
const ADDRESSES_MAX = 100_000;

/** All that come from one address. */
export interface Visitor {
  connections: number;
  readonly attempts: TokenBucket;
  cameAtMs: number;
}

type VisitorLimits = Pick<GatewayLimits, "connectionsPerAddressMax" | "connectsPerAddressPerSecond">;

/** Keeps one address from taking the place of all others. 0 is no limit. */
export class Visitors {
  private readonly byAddress = new Map<string, Visitor>();
  /** Stands for all whom no limit is for. */
  private readonly own: Visitor;

  constructor(
    private readonly limits: VisitorLimits,
    private readonly trustProxy: boolean,
  ) {
    this.own = this.newVisitor(0);
  }

  /**
   * Whoever sends this request, or undefined when too many come from there. The machine's own address is not limited: it
   * is a proxy whose clients cannot be told apart, or a tool.
   */
  find(request: IncomingMessage, nowMs: number): Visitor | undefined {
    const address = clientAddress(request, this.trustProxy);
    const { connectionsPerAddressMax: connectionsMax, connectsPerAddressPerSecond: perSecond } = this.limits;
    if (address.isLoopback) return this.own;
    const visitor = this.get(address.counted, nowMs);
    visitor.cameAtMs = nowMs;
    if (connectionsMax > 0 && visitor.connections >= connectionsMax) return undefined;
    if (perSecond > 0 && !visitor.attempts.take(nowMs)) return undefined;
    return visitor;
  }

  forgetIdle(nowMs: number): void {
    for (const [address, { connections, cameAtMs }] of this.byAddress) {
      if (connections === 0 && nowMs - cameAtMs > FORGET_AFTER_MS) this.byAddress.delete(address);
    }
  }

  private get(address: string, nowMs: number): Visitor {
    const known = this.byAddress.get(address);
    if (known) return known;
    const visitor = this.newVisitor(nowMs);
    if (this.byAddress.size < ADDRESSES_MAX) this.byAddress.set(address, visitor);
    return visitor;
  }

  private newVisitor(nowMs: number): Visitor {
    const perSecond = this.limits.connectsPerAddressPerSecond;
    return {
      connections: 0,
      attempts: new TokenBucket(Math.max(1, perSecond * BURST_SECONDS), perSecond),
      cameAtMs: nowMs,
    };
  }
}
