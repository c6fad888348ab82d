import type { LiveDb } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import type { RainClaimEntry } from "@/domain/contracts/rain";
import { readWallets, type WalletFacts } from "../ledger/accounts";
import { compensateClaimWithin } from "./compensate-claim";
import { listRainsByIds, type RainRow } from "./rains";

/** A claim and the packet it got. */
export interface CreditedClaim {
  userId: string;
  claimId: string;
  packetIndex: number;
  coins: number;
}

type RawClaim = { user_id: string; claim_id: string; packet_index: number; coins: string };
const toClaim = (row: RawClaim): CreditedClaim => ({
  userId: row.user_id,
  claimId: row.claim_id,
  packetIndex: row.packet_index,
  coins: Number(row.coins),
});

/** Every claim of a rain that is credited, or was made good. */
export async function listCreditedClaims(db: LiveDb, rainId: string): Promise<CreditedClaim[]> {
  const rows = await db.sql<RawClaim[]>`
    SELECT user_id, claim_id, packet_index, coins FROM rain_claims WHERE rain_id = ${rainId}
    UNION ALL
    SELECT user_id, claim_id, packet_index, coins FROM rain_lost_packets WHERE rain_id = ${rainId}`;
  return rows.map(toClaim);
}

/** A shard is over by its own clock a moment after its rain should be; what ended before that cannot be grabbed from. */
const OVER_MINUTES = 1;

/** Rains that may be grabbed from now, or that a Redis which went back would take for such. */
export async function listRainsToSettle(db: LiveDb): Promise<RainRow[]> {
  const rows = await db.sql<{ rain_id: string }[]>`
    SELECT rain_id FROM rains
    WHERE status = 'started'
      OR (status IN ('ending', 'ended') AND ends_at > now() - ${OVER_MINUTES} * interval '1 minute')`;
  return await listRainsByIds(
    db,
    rows.map((row) => row.rain_id),
  );
}

/**
 * `kept`: the claim has been credited with another packet, or this was recorded before as paid. `unpaid`: the policy does not
 * allow it, or the viewer has as many packets as they may have.
 */
export type LostPacket = { kind: "paid"; wallet: WalletFacts } | { kind: "kept" | "unpaid" };

/** Serialises what is paid, so that the cap of a day holds. */
const LOCK = "rain_lost_packets";

/**
 * Records a packet that was shown as won and could not be kept, once a claim, and pays for it out of the platform's promotion
 * account where the day's cap allows it and the viewer may have it. The caller has made sure that the claim is refused.
 * Lock order: the lock of what is paid, then the rain, then the wallet and the system account.
 */
export async function recordLostPacket(
  db: LiveDb,
  claim: RainClaimEntry,
  terms: { reason: "PACKET_TAKEN" | "RAIN_OVER"; dayCoinsMax: number; dayStart: Date },
): Promise<LostPacket> {
  const { rainId, userId, claimId, packetIndex, coins, traceId } = claim;
  const { reason, dayCoinsMax, dayStart } = terms;
  return await inTransaction(db.sql, async (tx): Promise<LostPacket> => {
    await tx`SELECT pg_advisory_xact_lock(hashtext(${LOCK}))`;
    const [rain] = await tx<{ claims_per_viewer: number }[]>`
      SELECT claims_per_viewer FROM rains WHERE rain_id = ${rainId} FOR UPDATE`;
    if (!rain) return { kind: "unpaid" };
    const [known] = await tx<{ paid_coins: string }[]>`
      SELECT paid_coins FROM rain_lost_packets
      WHERE rain_id = ${rainId} AND user_id = ${userId} AND claim_id = ${claimId}`;
    if (known) return { kind: Number(known.paid_coins) > 0 ? "kept" : "unpaid" };
    const [has] = await tx<{ same: number; packets: number }[]>`
      SELECT count(*) FILTER (WHERE claim_id = ${claimId})::int AS same, count(*)::int AS packets FROM (
        SELECT claim_id FROM rain_claims WHERE rain_id = ${rainId} AND user_id = ${userId}
        UNION ALL
        SELECT claim_id FROM rain_lost_packets WHERE rain_id = ${rainId} AND user_id = ${userId} AND paid_coins > 0) AS had`;
    if (has && has.same > 0) return { kind: "kept" };
    const [today] = await tx<{ coins: string }[]>`
      SELECT coalesce(sum(paid_coins), 0) AS coins FROM rain_lost_packets WHERE created_at >= ${dayStart}`;
    const mayHave = (has?.packets ?? 0) < rain.claims_per_viewer;
    const isPaid = mayHave && Number(today?.coins) + coins <= dayCoinsMax;
    await tx`
      INSERT INTO rain_lost_packets (rain_id, user_id, claim_id, packet_index, coins, reason, paid_coins, trace_id, created_at)
      VALUES (${rainId}, ${userId}, ${claimId}, ${packetIndex}, ${coins}, ${reason}, ${isPaid ? coins : 0}, ${traceId}, now())`;
    if (!isPaid) return { kind: "unpaid" };
    await compensateClaimWithin(tx, claim);
    const wallet = (await readWallets(tx, [userId])).get(userId);
    if (!wallet) throw new Error("A wallet that was paid into is not there.");
    return { kind: "paid", wallet };
  });
}
