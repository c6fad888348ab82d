import type { Sql } from "@/db/client";
import { bucketOf } from "@/domain/rules/bucket";
import { claimCompensationId } from "@/domain/rules/packet-id";
import { postCredit } from "../ledger/post-transfers";

/**
 * Pays for a packet that somebody was shown and whose rain cannot pay any more, out of the platform's promotion account,
 * within the caller's transaction: once a claim, whoever asks. The caller has made sure that the claim is not credited
 * and never can be. Locks: the wallet, then the system account.
 *
 * @returns the id under which it stands in the ledger, and whether this call posted it.
 */
export async function compensateClaimWithin(
  tx: Sql,
  claim: {
    rainId: string;
    userId: string;
    claimId: string;
    packetIndex: number;
    coins: number;
    traceId: string;
  },
): Promise<{ tradeId: string; isNew: boolean }> {
  const { userId, coins, traceId } = claim;
  await tx`
    INSERT INTO ledger_accounts (id, kind, bucket) VALUES (${userId}, 'wallet', ${bucketOf(userId)}) ON CONFLICT DO NOTHING`;
  const tradeId = claimCompensationId(claim);
  const isNew = await postCredit(tx, {
    userId,
    from: "promotion",
    tradeType: "adjustment",
    bizId: tradeId,
    amountCoins: coins,
    traceId,
    at: new Date(),
  });
  return { tradeId, isNew };
}
