import type { RainGrant } from "@/domain/contracts/rain";

export type GrantState = "open" | "used" | "expired" | "revoked";

/** Whether something can still be rained of a grant, and why not. */
export function grantStateOf(
  grant: Pick<RainGrant, "coins" | "usedCoins" | "expiresAt" | "revokedAt">,
  nowMs: number,
): GrantState {
  if (grant.revokedAt !== null) return "revoked";
  if (grant.expiresAt !== null && Date.parse(grant.expiresAt) <= nowMs) return "expired";
  return grant.usedCoins >= grant.coins ? "used" : "open";
}
