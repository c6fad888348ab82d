/**
 * Gifts by hour, anchor, viewer and genders: all that figures are made of. Each column as PostgreSQL writes an array, so
 * that they go from one database to the other without being looked at.
 */
export interface GiftCells {
  /** How many gifts or refunds they come from. */
  facts: number;
  cells: number;
  columns: CellColumns;
}

export type CellColumns = Record<
  | "hours"
  | "anchorIds"
  | "viewerIds"
  | "anchorGenders"
  | "viewerGenders"
  | "gifts"
  | "coins"
  | "days"
  | "firstMs"
  | "lastMs",
  string
>;
