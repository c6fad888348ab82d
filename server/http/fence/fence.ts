import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { BlockedRanges } from "@/platform/security/blocked-ranges";
import { type ClientAddress, clientAddress } from "@/platform/security/client-address";
import type { Env } from "@/platform/settings/env";
import { followAddressWindows, followWindows, type MemoryLimiter } from "../memory-limiter";
import type { SharedLimits } from "../shared-limits";
import { type RefusalStatus, refuseBusy } from "./busy-answer";
import { Connections } from "./connections";
import { requestsRefused } from "./fence-metrics";

/** A refused caller waits this long for the answer, so that asking again and again costs it more than us. */
const HOLD_MS = 1_000;
/** More refusals than this do not wait: their connection ends at once. */
const HELD_MAX = 2_000;

type FenceEnv = Pick<
  Env,
  | "TRUST_PROXY"
  | "CONNECTIONS_MAX"
  | "CONNECTIONS_PER_ADDRESS_MAX"
  | "RATE_LIMIT_CONNECTIONS"
  | "RATE_LIMIT_PAGES"
  | "RATE_LIMIT_USER"
  | "PEOPLE_PER_ADDRESS"
>;

/**
 * Stands before everything in the web process. Each connection and each request is counted by address before anything
 * else happens; it costs a look into a map or two and no promise. What all processes counted comes in beside it.
 */
export class Fence {
  readonly #connections: Connections;
  readonly #requests: MemoryLimiter;
  readonly #pages: MemoryLimiter;
  readonly #trustProxy: boolean;
  readonly #blocked: BlockedRanges;
  #held = 0;

  constructor(env: FenceEnv, limits: SharedLimits, blocked: BlockedRanges) {
    this.#blocked = blocked;
    const connects = limits.open("connections", followWindows(env, "RATE_LIMIT_CONNECTIONS"));
    this.#trustProxy = env.TRUST_PROXY;
    this.#requests = limits.open("requests", followAddressWindows(env));
    this.#pages = limits.open("pages", followWindows(env, "RATE_LIMIT_PAGES"));
    this.#connections = new Connections({
      connectionsMax: env.CONNECTIONS_MAX,
      // Connections of a proxy are everybody's.
      connectionsPerAddressMax: env.TRUST_PROXY ? 0 : env.CONNECTIONS_PER_ADDRESS_MAX,
      consumeConnect: (address, nowMs) => connects.consume(address, 1, nowMs),
    });
  }

  guard(server: Server): void {
    this.#connections.guard(server);
  }

  /** A connection that is no longer HTTP, as development has them. */
  release(request: IncomingMessage): void {
    this.#connections.release(request.socket);
  }

  /** Whose request it is. */
  addressOf(request: IncomingMessage): ClientAddress {
    const visit = this.#trustProxy ? undefined : this.#connections.find(request.socket);
    return visit?.address ?? clientAddress(request, this.#trustProxy);
  }

  /** Counts a request; undefined when it is one too many or from a blocked address, and then it has been answered. */
  enter(request: IncomingMessage, response: ServerResponse): ClientAddress | undefined {
    const nowMs = performance.now();
    const visit = this.#connections.find(request.socket);
    if (visit) {
      if (visit.isRefused) return undefined;
      visit.lastRequestMs = nowMs;
    }
    const address = visit && !this.#trustProxy ? visit.address : clientAddress(request, this.#trustProxy);
    if (this.#blocked.has(address, nowMs)) {
      this.refuse(request, response, 403, 0, "blocked");
      return undefined;
    }
    const waitMs = this.#requests.consume(address.counted, 1, nowMs);
    if (waitMs === 0) return address;
    this.refuse(request, response, 429, waitMs, "requests");
    return undefined;
  }

  /** Counts a page; false when it is one too many, and then it has been answered. */
  enterPage(request: IncomingMessage, response: ServerResponse, address: ClientAddress): boolean {
    const waitMs = this.#pages.consume(address.counted, 1, performance.now());
    if (waitMs === 0) return true;
    this.refuse(request, response, 429, waitMs, "pages");
    return false;
  }

  /** Refuses after a while, and ends the connection with it: what came behind in the same pipe goes unanswered. */
  refuse(
    request: IncomingMessage,
    response: ServerResponse,
    status: RefusalStatus,
    waitMs: number,
    reason: string,
  ): void {
    requestsRefused.inc({ reason });
    const { socket } = request;
    if (this.#held >= HELD_MAX) {
      socket.destroy();
      return;
    }
    this.#held += 1;
    const visit = this.#connections.find(socket);
    if (visit) visit.isRefused = true;
    // Nothing more is read from it meanwhile.
    socket.pause();
    const timer = setTimeout(() => {
      this.#held -= 1;
      if (!socket.destroyed) refuseBusy(request, response, status, waitMs);
    }, HOLD_MS);
    timer.unref();
  }
}
