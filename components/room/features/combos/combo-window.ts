/** Taps on the same gift within this time belong to one combo. */
export const COMBO_WINDOW_MS = 5_000;

export interface ComboWindow {
  comboId: string;
  giftId: string;
  /** Who gives with the name and goes on without it starts another combo, which must not lead back to the name. */
  anonymous: boolean;
  /** Sent so far by this person, so that the button counts before the server does. */
  count: number;
  endsAtMs: number;
}

/** The combo that a tap at `nowMs` belongs to: the open one while its window lasts, else a new one. */
export function extendCombo(
  open: ComboWindow | null,
  tap: { giftId: string; anonymous: boolean; count: number; nowMs: number; newComboId: () => string },
): ComboWindow {
  const endsAtMs = tap.nowMs + COMBO_WINDOW_MS;
  const isSame = open?.giftId === tap.giftId && open.anonymous === tap.anonymous;
  if (open && isSame && tap.nowMs < open.endsAtMs) {
    return { ...open, count: open.count + tap.count, endsAtMs };
  }
  return {
    comboId: tap.newComboId(),
    giftId: tap.giftId,
    anonymous: tap.anonymous,
    count: tap.count,
    endsAtMs,
  };
}

/** The combo without a gift that did not come to be; null when that was all of it. */
export function withoutGift<T extends ComboWindow>(
  open: T | null,
  gift: { comboId?: string; count: number },
): T | null {
  if (!open || open.comboId !== gift.comboId) return open;
  const count = open.count - gift.count;
  return count > 0 ? { ...open, count } : null;
}
