import type { RainClaimEntry, RainStatus } from "../contracts/rain";

type ClaimedPacket = Pick<RainClaimEntry, "userId" | "claimId" | "coins">;

/**
 * Why a claim is not credited. `RAIN_OVER`: the rain is not falling, and its claims are all dealt with or never were.
 * `PACKET_TAKEN`: another claim has the packet.
 */
export type ClaimRefusal = "UNKNOWN_RAIN" | "RAIN_OVER" | "NO_SUCH_PACKET" | "PACKET_TAKEN" | "WRONG_COINS";

export type ClaimDecision =
  | { outcome: "credited" | "repeated" }
  | { outcome: "refused"; reason: ClaimRefusal };

export const packetScope = (rainId: string, packetIndex: number) => `${rainId}/${packetIndex}`;

/**
 * Decides claims one after the other. A packet goes to the first claim that names it, and to nobody else; that claim's
 * repetitions are told so, whatever has become of the rain since. Pure; `credited` (by `packetScope`) is not changed.
 *
 * @returns one decision a claim, in order.
 */
export function decideClaims(
  claims: readonly RainClaimEntry[],
  rains: ReadonlyMap<string, { status: RainStatus; packetCount: number }>,
  credited: ReadonlyMap<string, ClaimedPacket>,
): ClaimDecision[] {
  const refuse = (reason: ClaimRefusal): ClaimDecision => ({ outcome: "refused", reason });
  const owners = new Map(credited);
  return claims.map((claim) => {
    const rain = rains.get(claim.rainId);
    if (!rain) return refuse("UNKNOWN_RAIN");
    const scope = packetScope(claim.rainId, claim.packetIndex);
    const owner = owners.get(scope);
    if (owner) {
      if (owner.userId !== claim.userId || owner.claimId !== claim.claimId) return refuse("PACKET_TAKEN");
      return owner.coins === claim.coins ? { outcome: "repeated" } : refuse("WRONG_COINS");
    }
    if (rain.status !== "started" && rain.status !== "ending") return refuse("RAIN_OVER");
    if (claim.packetIndex >= rain.packetCount) return refuse("NO_SUCH_PACKET");
    owners.set(scope, claim);
    return { outcome: "credited" };
  });
}
