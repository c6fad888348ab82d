import type { DeadLetterAction } from "../contracts/dead-letters";
import type { RainStatus } from "../contracts/rain";
import type { ClaimDecision } from "./decide-claims";

/** How the order of a dead letter stands, read when it is decided on. */
export interface GiftStanding {
  kind: "gift";
  /** Whether the entry is a gift that could be posted as it is. */
  isReadable: boolean;
  /** Whether it says whose order it is. */
  isNamed: boolean;
  isTold: boolean;
  order: "settled" | "failed" | "refunded" | null;
}

/** How the packet of a dead letter stands. */
export interface ClaimStanding {
  kind: "claim";
  /** What posting the claim now would come to; null where the entry is no claim, or says other coins than the split. */
  decision: ClaimDecision | null;
  rain: RainStatus | null;
}

/**
 * What an operator can do with a dead letter that is open. An order whose sender was told that it failed is never tried
 * again: it would be paid behind their back. One whose sender has been told nothing is not dismissed: it needs an end.
 */
export function actionsOf(standing: GiftStanding | ClaimStanding): DeadLetterAction[] {
  if (standing.kind === "claim") return claimActions(standing);
  const { isReadable, isNamed, isTold, order } = standing;
  if (order === "settled") return ["refund", "dismiss"];
  if (order !== null) return ["dismiss"];
  if (isReadable) return isTold ? ["refund"] : ["requeue", "refund"];
  return isNamed ? ["refund", "dismiss"] : ["dismiss"];
}

function claimActions({ decision, rain }: ClaimStanding): DeadLetterAction[] {
  if (decision === null) return ["dismiss"];
  if (decision.outcome !== "refused") return ["credit_escrow", "dismiss"];
  const isShownAndLost =
    decision.reason === "PACKET_TAKEN" || (decision.reason === "RAIN_OVER" && rain === "ended");
  return isShownAndLost ? ["credit_promotion", "dismiss"] : ["dismiss"];
}
