import { runHelper } from "@/stack/helper-process";
import type { Signer } from "./signing";

/** Gifts by the clock, however many of those before are answered. */
export interface CrowdOrder {
  port: number;
  /** What they call it; that port unless told, as behind a proxy. */
  hostPort?: number;
  perSecond: number;
  seconds: number;
  /** What finds all of them busy waits, and its wait counts. */
  connections: number;
  people: Signer[];
  rooms: string[];
}

/** Gifts in a closed loop: each of the connections sends the next one when the last is answered. */
export interface ClosedOrder {
  port: number;
  seconds: number;
  people: Signer[];
  rooms: string[];
}
export interface ClosedLoad {
  requestsPerSecond: number;
  answered: number;
}
export const CLOSED_CONNECTIONS = 64;

/** Where the product is measured, and where the crowd runs. */
export const PRODUCT_CORE = 0;
export const CROWD_CORE = 1;

/** What the crowd heard; times in milliseconds from when it came to a gift. */
export interface CrowdHeard {
  offered: number;
  statuses: Record<string, number>;
  lost: number;
  unanswered: number;
  acceptedP50Ms: number;
  acceptedP99Ms: number;
  refusedP99Ms: number;
  /** What the crowd itself was late by. */
  lagP99Ms: number;
  bySecond: { accepted: number; refused: number; p99Ms: number }[];
}

export const ACCEPTED_P99_MS_MAX = 1_000;
export const REFUSED_P99_MS_MAX = 200;

/** A crowd in a process of its own, on a core of its own if told, which each gift leaves once. */
export const sendByClock = (order: CrowdOrder, core?: number): Promise<CrowdHeard> =>
  runHelper<CrowdHeard>("bench-overload-crowd", order, { core });

/** What a web process takes without saying no. */
export const measureClosed = ({ port, ...order }: ClosedOrder, core?: number): Promise<ClosedLoad> =>
  runHelper<ClosedLoad>(
    "bench-http-load",
    {
      ...order,
      url: `http://127.0.0.1:${port}`,
      path: "/api/trpc/gift.send",
      connections: CLOSED_CONNECTIONS,
    },
    { core },
  );
