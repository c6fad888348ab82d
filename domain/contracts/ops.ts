import type { LivePoint } from "../rules/live-figures";
import type { ReconciliationRun } from "./reconciliation";

/** What waits for any operator. */
export interface OpsAttention {
  openAlarms: number;
  openDeadLetters: number;
  /** Proposals that wait for a second operator, or for somebody to say what came of them. */
  openProposals: number;
  /** People who wait to hear whether they may become anchors. */
  openApplications: number;
  /** Messages that people reported and no operator has decided about. */
  openReports: number;
}

/** The figures an operator looks at first. A part whose source is away is null. */
export interface QueueState {
  waiting: number;
  oldestMs: number;
  /** That wait for a decision. */
  deadLetters: number;
}

export interface OpsOverview {
  queue: QueueState | null;
  /** Red packets that viewers got and that are not credited yet. */
  claims: QueueState | null;
  /** Gifts paid so far, and how many of them are not settled yet. */
  settlement: { paidGifts: number; lagGifts: number } | null;
  reconciliation: ReconciliationRun | null;
  /** Withdrawals to decide on, on their way to the provider, and those nobody asks about any more. */
  withdrawals: { requested: number; paying: number; stuck: number } | null;
}

/** The last quarter of an hour, oldest first, with a point for every few seconds. */
export interface LiveFigures {
  points: LivePoint[];
}
