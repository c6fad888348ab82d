import type postgres from "postgres";
import type { Sql } from "@/db/client";
import type { GiftCells } from "@/domain/rules/gift-cells";
import { cellRows } from "./add-cells";

type Fragment = postgres.PendingQuery<postgres.Row[]>;

/**
 * What is not counted yet, as rows: in the statement while it is one piece, in a table of this transaction's own from the
 * second on, so that a backlog never stands in this process's memory.
 */
export class TailRows {
  #first: GiftCells | null = null;
  #isStored = false;
  #takesOff = false;

  constructor(private readonly tx: Sql) {}

  /** Whether a refund is among them of a gift that may be counted. */
  get takesOff(): boolean {
    return this.#takesOff;
  }

  async add(cells: GiftCells): Promise<void> {
    if (cells.cells === 0) return;
    this.#takesOff ||= cells.takesOff;
    if (!this.#first && !this.#isStored) {
      this.#first = cells;
      return;
    }
    if (!this.#isStored) {
      await this.tx`
        CREATE TEMPORARY TABLE tail_cells (day date, hour smallint, anchor_id uuid, viewer_id uuid, anchor_gender text,
          viewer_gender text, gifts bigint, coins bigint) ON COMMIT DROP`;
      this.#isStored = true;
    }
    if (this.#first) await this.#store(this.#first);
    this.#first = null;
    await this.#store(cells);
  }

  async #store({ columns }: GiftCells): Promise<void> {
    await this.tx`
      INSERT INTO tail_cells SELECT day, hour, anchor_id, viewer_id, anchor_gender, viewer_gender, gifts, coins
      FROM ${cellRows(this.tx, columns)} AS c`;
  }

  /**
   * Rows `(day, hour, anchor_id, viewer, anchor_gender, viewer_gender, gifts, coins)`; null where nothing waits. Whoever
   * gave for the first time has no number yet and gets one below zero.
   */
  numbered(): Fragment | null {
    const { tx } = this;
    const cells = this.#isStored ? tx`tail_cells` : this.#first && cellRows(tx, this.#first.columns);
    if (!cells) return null;
    return tx`
      SELECT day, hour, anchor_id, coalesce(p.number, -dense_rank() OVER (ORDER BY viewer_id))::int AS viewer,
        anchor_gender, viewer_gender, gifts, coins
      FROM ${cells} AS c LEFT JOIN analytics_people p ON p.user_id = c.viewer_id`;
  }
}
