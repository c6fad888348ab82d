export interface ComboRow {
  comboId: string;
  senderName: string;
  giftName: string;
  effect: string;
  count: number;
  totalCoins: number;
  own: boolean;
  /** When the combo's window ends, as an ISO time. */
  endsAt: string;
}

/** How many combo rows a room shows at once. */
export const COMBO_ROWS_MAX = 3;

/**
 * The open combos to show: the viewer's own and then the most valuable, in the order given, so that rows keep their
 * places while numbers grow. Of two rows with one combo id the later stands.
 */
export function chooseComboRows(
  rows: readonly ComboRow[],
  nowMs: number,
  rowsMax = COMBO_ROWS_MAX,
): ComboRow[] {
  const byId = new Map(rows.map((row) => [row.comboId, row]));
  const open = [...byId.values()].filter((row) => Date.parse(row.endsAt) > nowMs);
  const chosen = new Set(
    [...open].sort((a, b) => Number(b.own) - Number(a.own) || b.totalCoins - a.totalCoins).slice(0, rowsMax),
  );
  return open.filter((row) => chosen.has(row));
}
