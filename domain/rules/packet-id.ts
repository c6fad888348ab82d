import { hexToBytes } from "@noble/hashes/utils.js";
import { v5 } from "uuid";

/**
 * The id under which a packet of a rain stands in the ledger: uuid v5 of the packet's number in the namespace of the
 * rain's id, which may be any 16 bytes. Whoever credits the packet, and however often, means the same id.
 */
export function packetTradeId(rainId: string, packetIndex: number): string {
  return v5(String(packetIndex), hexToBytes(rainId.replaceAll("-", "")));
}

/**
 * The id under which the platform pays for a packet that somebody was shown and whose rain cannot pay any more: of one
 * claim, whoever pays it, and however often it is asked for.
 */
export function claimCompensationId(claim: {
  rainId: string;
  userId: string;
  claimId: string;
  packetIndex: number;
}): string {
  const { rainId, userId, claimId, packetIndex } = claim;
  return v5(`${userId}/${claimId}/${packetIndex}`, hexToBytes(rainId.replaceAll("-", "")));
}
