import { z } from "zod";
import { OperatorReason, Uuid } from "./ids";

export const SIMULATED_ANCHORS_MAX = 1_000;
export const SIMULATED_PEOPLE_MAX = 1_000_000;
export const SIMULATED_GIFTS_PER_SECOND_MAX = 20_000;
export const SIMULATED_SOCKETS_MAX = 20_000;
export const SIMULATED_MINUTES_MAX = 24 * 60;

/** A run whose own lateness is above this at the 99th percentile says nothing about the product: it is invalid, not slow. */
export const OWN_LAG_P99_MS_MAX = 10;
/** What `gift.send` may take at the 99th percentile, from when it was meant to be sent. */
export const GIFT_P99_MS_MAX = 500;

/** Of the file that says how simulated people are and what they do. */
export const SIMULATED_BEHAVIOUR_VERSION = 1;

const giftsPerSecond = z.number().min(0.1).max(SIMULATED_GIFTS_PER_SECOND_MAX);

export const SimulatorPrepareInput = z.object({
  anchors: z.number().int().min(1).max(SIMULATED_ANCHORS_MAX),
  /** Registered people. */
  viewers: z.number().int().min(1).max(SIMULATED_PEOPLE_MAX),
  guests: z.number().int().min(0).max(SIMULATED_PEOPLE_MAX),
  seed: z.number().int().min(0).max(2_147_483_647).optional(),
  reason: OperatorReason,
});
export type SimulatorPrepareInput = z.infer<typeof SimulatorPrepareInput>;

export const SimulatorStartInput = z.object({
  /** Made by the client: starting twice by the same id starts once. */
  runId: Uuid,
  giftsPerSecond,
  minutes: z.number().min(0.1).max(SIMULATED_MINUTES_MAX),
  /** WebSockets that are kept open; the other people come by HTTP only. */
  sockets: z.number().int().min(0).max(SIMULATED_SOCKETS_MAX).optional(),
  seed: z.number().int().min(0).max(2_147_483_647).optional(),
  reason: OperatorReason,
});
export type SimulatorStartInput = z.infer<typeof SimulatorStartInput>;

export const SimulatorRateInput = z.object({ runId: Uuid, giftsPerSecond, reason: OperatorReason });
export type SimulatorRateInput = z.infer<typeof SimulatorRateInput>;

export const SimulatorStopInput = z.object({ reason: OperatorReason });
export type SimulatorStopInput = z.infer<typeof SimulatorStopInput>;

export const SimulatorStatusInput = z
  .object({
    /** Samples of this run after this number; none where left out. */
    runId: Uuid.optional(),
    after: z.number().int().min(-1).optional(),
  })
  .optional();
export type SimulatorStatusInput = z.infer<typeof SimulatorStatusInput>;

export interface SimulatedCrowd {
  status: "ordered" | "preparing" | "ready" | "removal_ordered" | "removing" | "removed" | "broken";
  seed: number;
  anchors: number;
  viewers: number;
  guests: number;
  /** How many of them are there. */
  people: number;
  fault: string | null;
  begunAt: string | null;
  endedAt: string | null;
}

export interface SimulatorRun {
  runId: string;
  status: "ordered" | "running" | "done" | "stopped" | "broken";
  giftsPerSecond: number;
  minutes: number;
  /** What it is doing beside sending. */
  phase: string | null;
  isStopAsked: boolean;
  fault: string | null;
  orderedAt: string;
  begunAt: string | null;
  endedAt: string | null;
  report: SimulatorReport | null;
}

export interface SimulatorStatus {
  crowd: SimulatedCrowd | null;
  /** The latest first. */
  runs: SimulatorRun[];
  /** Of the run that was asked for. */
  samples: { number: number; sample: SimulatorSample }[];
}

/** Of an HDR histogram, in milliseconds. */
export interface Percentiles {
  count: number;
  p50Ms: number;
  p90Ms: number;
  p99Ms: number;
  p999Ms: number;
  maxMs: number;
}

/** What became of gifts, and of what else people did. */
export interface SimulatorCounts {
  /** Meant to be sent by then. */
  intended: number;
  /** Handed to a connection. */
  sent: number;
  accepted: number;
  paid: number;
  /** Accepted and then not paid. */
  failed: number;
  /** Not accepted, by the name of the answer. */
  refused: Record<string, number>;
}

/** One look at a run, every two seconds; counts are of the whole run until then. */
export interface SimulatorSample {
  /** Seconds since it began. */
  atSeconds: number;
  giftsPerSecond: number;
  gifts: SimulatorCounts;
  /** `gift.send`, from the intended time, since the last look. */
  answered: Percentiles | null;
  /** How late the simulator itself was since the last look. */
  ownLag: Percentiles | null;
  /** Gifts that wait to be paid. */
  queued: number;
  /** People who are in a room, and those of them with a socket. */
  present: number;
  sockets: number;
  /** Cores that each process used since the last look. */
  cores: Record<string, number>;
}

/** One way in which two sums that should be equal are not. */
export interface SimulatorDifference {
  what: string;
  simulator: number;
  product: number;
}

/** What a run came to: it can be compared with an earlier one of the same plan. */
export interface SimulatorReport {
  format: 1;
  behaviourVersion: number;
  seed: number;
  anchors: number;
  viewers: number;
  guests: number;
  giftsPerSecond: number;
  seconds: number;
  /** How many of the crowd came in at all; the others are there and stayed away. */
  came: number;
  gifts: SimulatorCounts;
  /** Coins of what was paid. */
  paidCoins: number;
  /** Accepted gifts that no table knows, and those that are in one more than once. */
  lost: number;
  twice: number;
  /** Gifts that a watching socket saw in its room. */
  seen: number;
  /** What else was done, each by the names of its answers. */
  actions: Record<string, Record<string, number>>;
  answered: Percentiles | null;
  /** From the intended time until a watcher in the room saw it. */
  seenAfter: Percentiles | null;
  ownLag: Percentiles | null;
  sockets: { wanted: number; open: number; messages: number };
  cores: Record<string, number>;
  machineCores: number;
  /** The resource that was full, or null where none was. */
  fullResource: string | null;
  /** Why the run says nothing; empty for a valid one. */
  invalid: string[];
  /** Invariants that did not hold afterwards; null where nobody looked. */
  brokenInvariants: string[] | null;
  /** Where analytics says something else than the simulator did; null where nobody looked. */
  analyticsDifferences: SimulatorDifference[] | null;
}
