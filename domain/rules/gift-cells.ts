/**
 * Gifts by hour, anchor, viewer and genders: all that figures are made of. Each column as PostgreSQL writes an array, so
 * that they go from one database to the other without being looked at.
 */
export interface GiftCells {
  /** How many gifts or refunds they come from. */
  facts: number;
  cells: number;
  /** Whether any of them is below zero: a refund of a gift that is in none of them. */
  takesOff: boolean;
  columns: CellColumns;
}

/** Days, and hours of them, are those of the platform's calendar. */
export type CellColumns = Record<
  | "days"
  | "hours"
  | "anchorIds"
  | "viewerIds"
  | "anchorGenders"
  | "viewerGenders"
  | "gifts"
  | "coins"
  | "facts",
  string
>;
