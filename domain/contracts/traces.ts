import { z } from "zod";
import { TraceId } from "./ids";
import { readableLine } from "./texts";

export const TraceInput = z.object({ traceId: TraceId });
export type TraceInput = z.infer<typeof TraceInput>;

export const TracesInput = z.object({
  /** The id of a gift order, a user, a top-up order or payment, a rain, or a withdrawal; or a trace id. */
  text: readableLine(64),
});
export type TracesInput = z.infer<typeof TracesInput>;

/** Everything that a step of a trace can be. */
export const STEP_NAMES = [
  "gift.accepted",
  "gift.queued",
  "gift.paid",
  "gift.failed",
  "gift.announced",
  "gift.settled",
  "gift.refunded",
  "gift.takenBack",
  "gift.setApart",
  "rain.created",
  "rain.prepared",
  "rain.ready",
  "rain.started",
  "rain.ending",
  "rain.ended",
  "claim.won",
  "claim.credited",
  "claim.setApart",
  "recharge.ordered",
  "recharge.callback",
  "recharge.paid",
  "recharge.chargedBack",
  "withdrawal.requested",
  "withdrawal.approved",
  "withdrawal.paying",
  "withdrawal.paid",
  "withdrawal.rejected",
  "withdrawal.failed",
  "withdrawal.callback",
  "operator.acted",
] as const;
export type StepName = (typeof STEP_NAMES)[number];

/** One step of a trace: what a process did, or how long something waited for it. */
export interface TraceSpan {
  service: string;
  name: StepName;
  startedAt: string;
  durationMs: number;
  /** The step that it followed from. */
  parent?: StepName;
  /** What it is about, as `kind:id`. */
  subject: string;
  /** It has begun and not ended yet. */
  isOpen?: boolean;
  /** What an engineer wants to know of it: numbers, ids, reasons. */
  facts: Record<string, string | number | null>;
}

export interface TraceLogLine {
  at: string;
  service: string;
  level: string;
  message: string;
}

export interface Trace {
  traceId: string;
  /** In the order in which they began. */
  spans: TraceSpan[];
  logs: TraceLogLine[];
}

export const TRACE_KINDS = ["gift", "recharge", "rain", "withdrawal", "trace"] as const;

/** A trace that something was found to belong to. */
export interface FoundTrace {
  traceId: string;
  kind: (typeof TRACE_KINDS)[number];
  subject: string;
  at: string | null;
}

export interface FoundTraces {
  items: FoundTrace[];
}
