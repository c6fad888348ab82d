import type { FinanceDb } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import { moveWithdrawalIn, type WithdrawalMove } from "./move-withdrawal";
import type { WithdrawalRow } from "./withdrawal-row";

export interface PayoutCallbackFacts {
  provider: string;
  nonce: string;
  payoutId: string;
  traceId: string;
  at: Date;
}

/**
 * Uses up a callback's nonce and does what the callback says (`null`: nothing), together. Of several callbacks with one
 * nonce the first holds its row until it commits; the others then find it used.
 */
export async function applyPayoutCallback(
  db: FinanceDb,
  callback: PayoutCallbackFacts,
  outcome: string,
  move: WithdrawalMove | null,
): Promise<"replayed" | { moved: boolean; row: WithdrawalRow | undefined }> {
  return await inTransaction(db.sql, async (tx) => {
    const used = await tx`
      INSERT INTO payout_callbacks (provider, nonce, payout_id, outcome, trace_id, received_at)
      VALUES (${callback.provider}, ${callback.nonce}, ${callback.payoutId}, ${outcome}, ${callback.traceId},
        ${callback.at.toISOString()})
      ON CONFLICT DO NOTHING`;
    if (used.count === 0) return "replayed";
    if (!move) return { moved: false, row: undefined };
    const result = await moveWithdrawalIn(tx, move);
    return { moved: result?.moved ?? false, row: result?.row };
  });
}
