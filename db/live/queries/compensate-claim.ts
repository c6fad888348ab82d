import type { Sql } from "@/db/client";
import { claimCompensationId } from "@/domain/rules/packet-id";
import { openWallets } from "../ledger/accounts";
import { postTransferOnce } from "../ledger/post-transfers";
import { systemAccountOf } from "../ledger/system-accounts";

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
  await openWallets(tx, [userId]);
  const tradeId = claimCompensationId(claim);
  const from = systemAccountOf("promotion", userId);
  const at = new Date();
  const isNew = await postTransferOnce(tx, {
    from,
    to: userId,
    type: "adjustment",
    bizId: tradeId,
    coins,
    traceId,
    at,
  });
  return { tradeId, isNew };
}
