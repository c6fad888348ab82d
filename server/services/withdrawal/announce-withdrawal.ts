import type { WithdrawalRow } from "@/db/finance/queries/withdrawal-row";
import type { Resources } from "../context";

/** Tells an anchor's screens that a withdrawal changed. What is lost on the way their next look repairs. Never throws. */
export async function announceWithdrawal(
  resources: Pick<Resources, "push" | "log">,
  { anchorId, withdrawalId, status, amountFen, traceId }: WithdrawalRow,
): Promise<void> {
  try {
    await resources.push.sendUserEvents([
      {
        userId: anchorId,
        event: "withdrawal.updated",
        data: { withdrawalId, status, amountFen, traceId },
      },
    ]);
  } catch (error) {
    resources.log.warn(
      { reason: String(error), withdrawalId, traceId },
      "a changed withdrawal could not be announced",
    );
  }
}
