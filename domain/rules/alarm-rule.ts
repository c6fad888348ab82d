/** When a figure is an alarm: at or above `threshold` for `forSeconds`; until it was at or below `clearAt` for as long. */
export interface AlarmRule {
  enabled: boolean;
  threshold: number;
  clearAt: number;
  forSeconds: number;
}

/** How a rule stands: `isFiring`, and since when it is about to change; null while nothing is. */
export interface RuleState {
  isFiring: boolean;
  changingSinceMs: number | null;
}

export const CALM: RuleState = { isFiring: false, changingSinceMs: null };

/** What comes of one look at a figure; null is one that nobody knows, which neither fires nor clears anything. */
export function stepRule(
  rule: AlarmRule,
  state: RuleState,
  value: number | null,
  nowMs: number,
): { state: RuleState; event: "fired" | "cleared" | null } {
  if (!rule.enabled) return { state: CALM, event: state.isFiring ? "cleared" : null };
  if (value === null) return { state, event: null };
  const isChanging = state.isFiring ? value <= rule.clearAt : value >= rule.threshold;
  if (!isChanging) return { state: { ...state, changingSinceMs: null }, event: null };
  // A clock that was put back begins anew.
  const sinceMs = Math.min(state.changingSinceMs ?? nowMs, nowMs);
  if (nowMs - sinceMs < rule.forSeconds * 1_000) {
    return { state: { ...state, changingSinceMs: sinceMs }, event: null };
  }
  return {
    state: { isFiring: !state.isFiring, changingSinceMs: null },
    event: state.isFiring ? "cleared" : "fired",
  };
}
