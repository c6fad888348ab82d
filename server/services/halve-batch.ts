import { isUnavailable } from "@/server/rules/driver-errors";

/** An item that fails alone this often is given up. */
const TRIES_MAX = 3;

export interface BatchWork<I, R> {
  /** Does all of a batch or nothing. */
  work(items: readonly I[]): Promise<R>;
  /** What comes of an item that fails whenever it is tried. */
  giveUp(item: I, problem: unknown): Promise<R>;
  onSplit(items: readonly I[], problem: unknown): void;
}

/**
 * Works on all items together; where that fails for a reason of its own, halves them until the item at fault stands
 * alone: its neighbours are worked on all the same. Throws only when a service is away: the caller repeats all of it later.
 *
 * @returns the results in the order of the items; one, where nothing failed.
 */
export async function halveBatch<I, R>(items: readonly I[], batch: BatchWork<I, R>): Promise<R[]> {
  if (items.length === 0) return [];
  let problem: unknown;
  for (let tries = 0; tries < (items.length === 1 ? TRIES_MAX : 1); tries++) {
    try {
      return [await batch.work(items)];
    } catch (error) {
      if (isUnavailable(error)) throw error;
      problem = error;
    }
  }
  const [only] = items;
  if (items.length === 1 && only !== undefined) return [await batch.giveUp(only, problem)];
  batch.onSplit(items, problem);
  const middle = Math.ceil(items.length / 2);
  const first = await halveBatch(items.slice(0, middle), batch);
  const second = await halveBatch(items.slice(middle), batch);
  return [...first, ...second];
}
