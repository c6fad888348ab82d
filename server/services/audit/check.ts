import type { Difference } from "@/domain/contracts/reconciliation";
import type { Resources } from "../context";

export type AuditResources = Pick<Resources, "live" | "finance" | "redis">;

/** What a comparison came to. It reads only, on snapshots that are each consistent, and leaves out what is on its way. */
export interface Outcome {
  /** How many things were looked at. */
  compared: number;
  differences: Difference[];
}
