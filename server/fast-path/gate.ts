import type { ServerResponse } from "node:http";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";

/** Decides, before anything is done for a request, whether there is room for it. `rawPath`: its procedures as they were sent. */
export interface TrpcGate<P> {
  /** Asked when a request's head is there, and again when its body is. */
  admits(rawPath: string): boolean;
  /** Answers a request that is not let in. `calls`: of a batch; 0 where it is none. */
  refuse(response: ServerResponse, calls: number, headers: Record<string, string | number | string[]>): void;
  enter(rawPath: string): P;
  /** Called once for each request that entered, when it is answered. */
  leave(pass: P): void;
}

/** What tRPC calls "try later". */
export const TRPC_CODE_UNAVAILABLE = TRPC_ERROR_CODES_BY_KEY.SERVICE_UNAVAILABLE;
