import { z } from "zod";
import { PageCursor, readableLine } from "./texts";

/**
 * ready and unready: it beats, and its `/readyz` says yes or no. dead: it stopped beating and did not say goodbye. replaced:
 * the same, but another of its name has begun on its node since. drained: it ended as it should.
 */
export type ProcessState = "ready" | "unready" | "dead" | "replaced" | "drained";

/** `living`: ready or not. `troubled`: not ready, or dead. `gone`: no longer there, for whatever reason. */
export const ServicesShown = z.enum(["all", "living", "troubled", "gone"]);
export type ServicesShown = z.infer<typeof ServicesShown>;

export const ServicesInput = z.object({
  show: ServicesShown.default("all"),
  /** Part of a name or of a node. */
  text: readableLine(64).optional(),
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export type ServicesInput = z.infer<typeof ServicesInput>;

export interface DependencyState {
  ok: boolean;
  degraded?: boolean | undefined;
  reason?: string | undefined;
}

/** Connections of a process to a database: how many wait for an answer, of how many. */
export interface PoolUse {
  name: string;
  busy: number;
  max: number;
}

/** Questions to a cache of a process since it began. */
export interface CacheUse {
  name: string;
  hits: number;
  misses: number;
}

export interface BreakerState {
  service: string;
  state: "closed" | "halfOpen" | "open";
}

/** What a process really asked of something else since its last heartbeat: bytes that came back, or calls. */
export interface Traffic {
  name: string;
  perSecond: number;
  unit: "bytes" | "calls";
}

/** What a process says of itself with each heartbeat. */
export interface ProcessFigures {
  processId: string;
  /** Of the service, as `gift-debit`. */
  name: string;
  node: string;
  pid: number;
  version: string;
  /** Null where nobody knows from which commit it was built. */
  commit: string | null;
  /** Where monitors ask it, as `host:port`. */
  address: string | null;
  health: { ok: boolean; dependencies: Record<string, DependencyState> };
  eventLoopP99Ms: number;
  /** Age of the oldest thing that waits for it, or of the last thing that it did well; null where it has neither. */
  lag: { seconds: number } | null;
  errorsPerMinute: number;
  /** Part of Redis' memory that is used, where it looks at that. */
  redisMemoryPart: number | null;
  pools: PoolUse[];
  caches: CacheUse[];
  breakers: BreakerState[];
  traffic: Traffic[];
  isDrained: boolean;
}

export interface ServiceProcess extends ProcessFigures {
  state: ProcessState;
  startedAt: string;
  lastBeatAt: string;
}

/** One page of processes; `counts` are of all. */
export interface ServicesPage {
  items: ServiceProcess[];
  nextCursor: string | null;
  counts: Record<ProcessState, number>;
}

/** What the living processes of one name depend on, and how that stands. */
export interface ServiceDependency {
  name: string;
  /** By how many processes. */
  users: number;
  /** For how many of them it does not answer, or is degraded. */
  troubled: number;
  perSecond: number;
  unit: Traffic["unit"] | null;
}

export interface ServiceSummary {
  name: string;
  counts: Record<ProcessState, number>;
  versions: string[];
  eventLoopP99MsMax: number;
  lagSecondsMax: number | null;
  dependencies: ServiceDependency[];
}

/** Sums over all that is alive. */
export interface ServicesOverview {
  services: ServiceSummary[];
  pools: (PoolUse & { service: string })[];
  caches: (CacheUse & { service: string })[];
  breakers: { service: string; closed: number; halfOpen: number; open: number }[];
}

/** Calls of a procedure over all web processes in the last minutes. */
export interface ProcedureCalls {
  procedure: string;
  calls: number;
  /** That were our own fault. */
  errors: number;
  /** That were answered with a no. */
  refusals: number;
  p50Ms: number;
  p99Ms: number;
}

export interface CallsAnswer {
  minutes: number;
  items: ProcedureCalls[];
}
