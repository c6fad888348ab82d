/** What a policy was at some time, who made it so, and why. */
export interface PolicyVersion<V = Record<string, unknown>> {
  /** Counts the changes of this policy, from 1. */
  version: number;
  value: V;
  by: string;
  byName: string | null;
  reason: string | null;
  traceId: string;
  at: string;
}
