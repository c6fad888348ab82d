import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import { lockWallet } from "../ledger/accounts";
import { postTransfers } from "../ledger/post-transfers";
import { systemAccountOf } from "../ledger/system-accounts";
import { sumOwnBudgets } from "./rains";

/** The account that pays for a rain, and gets back what nobody claimed. */
function payerOf(rain: { anchorId: string; fundedBy: "anchor" | "promotion" }): string {
  return rain.fundedBy === "anchor" ? rain.anchorId : systemAccountOf("promotion", rain.anchorId);
}

export type Funded =
  | { kind: "funded" }
  /** It is not (or no longer) merely created. */
  | { kind: "conflict" }
  | { kind: "frozen" }
  /** Nobody has as much to give; what there is. */
  | { kind: "poor"; balanceCoins: number }
  /** More than may be put into rains in a day. */
  | { kind: "day"; usedCoins: number };

/**
 * Moves the budget of a rain that was created into escrow and fixes what its seed is mixed with: once, however often it is
 * asked for.
 * Lock order: the rain, then the anchor's grants, then the anchor's wallet, then system accounts.
 *
 * @param pendingCoins what gifts on their way hold back of the anchor's wallet
 */
export async function fundRain(
  db: LiveDb,
  input: {
    rainId: string;
    entropy: readonly string[];
    pendingCoins: number;
    dayBudgetCoinsMax: number;
    dayStart: Date;
    traceId: string;
  },
): Promise<Funded> {
  const { rainId, entropy, pendingCoins, dayBudgetCoinsMax, dayStart, traceId } = input;
  return await inTransaction(db.sql, async (tx): Promise<Funded> => {
    const [rain] = await tx<
      { status: string; anchor_id: string; funded_by: "anchor" | "promotion"; budget_coins: string }[]
    >`SELECT status, anchor_id, funded_by, budget_coins FROM rains WHERE rain_id = ${rainId} FOR UPDATE`;
    if (rain?.status !== "created") return { kind: "conflict" };
    const anchorId = rain.anchor_id;
    const coins = Number(rain.budget_coins);
    let grantId: string | null = null;
    if (rain.funded_by === "promotion") {
      const grants = await tx<{ grant_id: string; left_coins: string }[]>`
        SELECT grant_id, coins - used_coins AS left_coins FROM rain_grants
        WHERE anchor_id = ${anchorId} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
        ORDER BY expires_at NULLS LAST, created_at, grant_id FOR UPDATE`;
      const grant = grants.find(({ left_coins }) => Number(left_coins) >= coins);
      if (!grant)
        return { kind: "poor", balanceCoins: Math.max(0, ...grants.map((g) => Number(g.left_coins))) };
      grantId = grant.grant_id;
      // The platform's coins leave on the anchor's word too: not while their wallet is stopped.
      const stopped = await tx`
        SELECT 1 FROM ledger_accounts WHERE id = ${anchorId} AND frozen_at IS NOT NULL FOR SHARE`;
      if (stopped.length > 0) return { kind: "frozen" };
      await tx`UPDATE rain_grants SET used_coins = used_coins + ${coins} WHERE grant_id = ${grantId}`;
    } else {
      // Held until the commit, so that two rains of one anchor cannot both fit under the day's limit.
      const wallet = await lockWallet(tx, anchorId);
      if (wallet?.frozen) return { kind: "frozen" };
      const balanceCoins = wallet?.balanceCoins ?? 0;
      if (balanceCoins - pendingCoins < coins) return { kind: "poor", balanceCoins };
      const usedCoins = await sumOwnBudgets({ sql: tx }, { anchorId, since: dayStart });
      if (usedCoins + coins > dayBudgetCoinsMax) return { kind: "day", usedCoins };
    }
    await postTransfers(tx, [
      {
        from: payerOf({ anchorId, fundedBy: rain.funded_by }),
        to: systemAccountOf("packet_escrow", rainId),
        type: "packet_escrow",
        bizId: rainId,
        coins,
        traceId,
      },
    ]);
    await tx`
      UPDATE rains SET status = 'preparing', prepared_at = now(), grant_id = ${grantId}, entropy = ${arrayLiteral(entropy)}::text[]
      WHERE rain_id = ${rainId}`;
    return { kind: "funded" };
  });
}

export type Finalised =
  /** `missingPackets`: popped, and credited to nobody. */
  | { kind: "ended"; refundedCoins: number; missingPackets: number }
  /** Claims are missing that were popped, or there are more than that: it may still change. */
  | { kind: "mismatch"; claimedCount: number }
  /** It does not stand at its end. */
  | { kind: "conflict" };

/** Claims that were popped and are in no queue may still be handed in for so long; after it nobody can be credited for them. */
const MISSING_SECONDS = 10;

/**
 * Gives back what nobody claimed, once, and ends the rain. With it, nothing of this rain can be credited any more.
 * Lock order: the rain, then its grant, then the payer's wallet and the escrow account.
 *
 * @param poppedPackets how many claims must have been credited; null when nobody knows and what was credited is all. All of them
 *   have left the queue: those that are missing are waited for a moment, and then what was credited is all
 */
export async function finaliseRain(
  db: LiveDb,
  input: { rainId: string; poppedPackets: number | null; traceId: string },
): Promise<Finalised> {
  const { rainId, poppedPackets, traceId } = input;
  return await inTransaction(db.sql, async (tx): Promise<Finalised> => {
    const [rain] = await tx<
      {
        status: string;
        anchor_id: string;
        funded_by: "anchor" | "promotion";
        grant_id: string | null;
        budget_coins: string;
        claimed_count: number;
        claimed_coins: string;
        overdue: boolean;
      }[]
    >`
      SELECT status, anchor_id, funded_by, grant_id, budget_coins, claimed_count, claimed_coins,
        ending_at < now() - ${MISSING_SECONDS} * interval '1 second' AS overdue
      FROM rains WHERE rain_id = ${rainId} FOR UPDATE`;
    if (rain?.status !== "ending") return { kind: "conflict" };
    if (poppedPackets !== null && rain.claimed_count !== poppedPackets && !rain.overdue)
      return { kind: "mismatch", claimedCount: rain.claimed_count };
    const missingPackets = Math.max(0, (poppedPackets ?? 0) - rain.claimed_count);
    const refundedCoins = Number(rain.budget_coins) - Number(rain.claimed_coins);
    const payer = payerOf({ anchorId: rain.anchor_id, fundedBy: rain.funded_by });
    if (rain.grant_id) {
      await tx`
        UPDATE rain_grants SET used_coins = used_coins - ${refundedCoins} WHERE grant_id = ${rain.grant_id}`;
    }
    if (refundedCoins > 0) {
      await postTransfers(tx, [
        {
          from: systemAccountOf("packet_escrow", rainId),
          to: payer,
          type: "packet_refund",
          bizId: rainId,
          coins: refundedCoins,
          traceId,
        },
      ]);
    }
    await tx`
      UPDATE rains SET status = 'ended', ended_at = now(), refunded_coins = ${refundedCoins},
        missing_packets = ${missingPackets}
      WHERE rain_id = ${rainId}`;
    return { kind: "ended", refundedCoins, missingPackets };
  });
}
