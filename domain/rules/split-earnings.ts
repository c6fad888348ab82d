/**
 * What of an anchor's earnings may be withdrawn now (`withdrawableFen`) and what only when it is older (`maturingFen`).
 * Together with what is frozen and what was withdrawn they are what was earned. `youngFen`: what was settled too short a
 * time ago, less what refunds took back of just that. What was taken out counts against the older part first; a debt is
 * shown as it is, and young earnings make up for it at once.
 */
export function splitEarnings(earnings: {
  earnedFen: number;
  frozenFen: number;
  withdrawnFen: number;
  youngFen: number;
}): { withdrawableFen: number; maturingFen: number } {
  const leftFen = earnings.earnedFen - earnings.frozenFen - earnings.withdrawnFen;
  const maturingFen = Math.max(0, Math.min(leftFen, earnings.youngFen));
  return { withdrawableFen: leftFen - maturingFen, maturingFen };
}
