/** Rows that a comparison of sums holds at once, of each side. */
export const SUMS_AT_ONCE = 1_000;

/** Gifts of one anchor. */
export interface AnchorSum {
  anchorId: string;
  gifts: number;
  coins: number;
}

export interface SumRow {
  anchor_id: string;
  gifts: string;
  coins: string;
}

export async function* streamSums(blocks: AsyncIterable<SumRow[]>): AsyncIterable<AnchorSum> {
  for await (const rows of blocks) {
    for (const row of rows) {
      yield {
        anchorId: row.anchor_id,
        gifts: Number(row.gifts),
        coins: Number(row.coins),
      };
    }
  }
}
