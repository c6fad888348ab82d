import { LRUCache } from "lru-cache";
import { isAway, isBlocked } from "@/domain/rules/driver-errors";

/** Items tried alone where all of a batch failed: when none of these passes either, it is not they that are at fault. */
const PROBES_MAX = 8;
const REMEMBERED_MAX = 10_000;

export interface BatchWork<I, R> {
  /**
   * Does all of a batch or nothing; safe to repeat. `isAgain`: some of it has just failed, and is not to wait long for
   * what others hold.
   */
  work(items: readonly I[], isAgain: boolean): Promise<R>;
  /** Whether something was newly written, so that it is shown that it can be. */
  isProof(result: R): boolean;
  /** The same whenever this item is tried. */
  nameOf(item: I): string;
  /** Items that wait together: where one of a group needs what others hold, the whole group is left for later. */
  groupOf(item: I): number;
  /** Whether only the item itself can have caused this. */
  isOwnFault(problem: unknown): boolean;
  /** What comes of an item that is at fault. Where it throws, the item is held. */
  giveUp(item: I, problem: unknown): Promise<R>;
  onSplit(items: readonly I[], problem: unknown): void;
}

/** An item of which nothing came yet: it is neither done nor given up, and has to be tried again later. */
export interface HeldItem<I> {
  item: I;
  problem: unknown;
}

/**
 * What a process remembers of what it could write, by which it tells an item that is at fault from a store that is: nothing
 * is given up while its neighbours fail alike.
 */
export class Neighbours {
  #passes = 0;
  /** How many had passed when an item failed for the first time. */
  readonly #failures = new LRUCache<string, number>({ max: REMEMBERED_MAX });

  get passes(): number {
    return this.#passes;
  }

  pass(): void {
    this.#passes += 1;
  }

  fail(name: string, passesBefore: number): void {
    if (!this.#failures.has(name)) this.#failures.set(name, passesBefore);
  }

  /** Whether another could be written since this one failed for the first time. */
  havePassedSince(name: string): boolean {
    const before = this.#failures.get(name);
    return before !== undefined && this.#passes > before;
  }
}

/**
 * Works on all items together; where that fails, finds out which of them cannot be worked on now, and works on the others
 * all the same. An item is given up only when it is at fault itself and others were written since it first failed;
 * whatever else fails is held. Throws only when a service is away: the caller repeats all of it later.
 *
 * @returns the results in the order in which they came about; one, where nothing failed.
 */
export async function halveBatch<I, R>(
  items: readonly I[],
  batch: BatchWork<I, R>,
  neighbours: Neighbours = new Neighbours(),
  isAgain = false,
): Promise<{ results: R[]; held: HeldItem<I>[] }> {
  if (items.length === 0) return { results: [], held: [] };
  const halving = new Halving(batch, neighbours);
  await halving.work(items, isAgain);
  await halving.judge();
  return halving;
}

class Halving<I, R> {
  readonly results: R[] = [];
  readonly held: HeldItem<I>[] = [];
  readonly #failedAlone: HeldItem<I>[] = [];
  readonly #passesBefore: number;
  #isProbed = false;

  constructor(
    private readonly batch: BatchWork<I, R>,
    private readonly neighbours: Neighbours,
  ) {
    this.#passesBefore = neighbours.passes;
  }

  async work(items: readonly I[], isAgain: boolean): Promise<void> {
    if (items.length === 0) return;
    try {
      const result = await this.batch.work(items, isAgain);
      this.results.push(result);
      if (this.batch.isProof(result)) this.neighbours.pass();
    } catch (problem) {
      if (isAway(problem)) throw problem;
      if (isBlocked(problem)) await this.#splitByGroup(items, problem);
      else await this.#split(items, problem);
    }
  }

  /** Gives up what is at fault, and holds the rest of what failed alone. */
  async judge(): Promise<void> {
    for (const { item, problem } of this.#failedAlone) {
      const name = this.batch.nameOf(item);
      this.neighbours.fail(name, this.#passesBefore);
      const isSuspect = this.batch.isOwnFault(problem) && this.neighbours.havePassedSince(name);
      if (isSuspect) await this.#tryOnceMore(item);
      else this.held.push({ item, problem });
    }
  }

  /** What it failed for may have been mended just before the others passed: it has to fail after them, too. */
  async #tryOnceMore(item: I): Promise<void> {
    try {
      const result = await this.batch.work([item], true);
      this.results.push(result);
      if (this.batch.isProof(result)) this.neighbours.pass();
    } catch (problem) {
      if (isAway(problem)) throw problem;
      if (this.batch.isOwnFault(problem)) await this.#giveUp(item, problem);
      else this.held.push({ item, problem });
    }
  }

  async #giveUp(item: I, problem: unknown): Promise<void> {
    try {
      this.results.push(await this.batch.giveUp(item, problem));
    } catch (error) {
      if (isAway(error)) throw error;
      this.held.push({ item, problem: error });
    }
  }

  /** Whose group is held up by somebody else is not found out by trying each item: that would wait for each. */
  async #splitByGroup(items: readonly I[], problem: unknown): Promise<void> {
    const groups = [...new Set(items.map((item) => this.batch.groupOf(item)))];
    if (groups.length === 1) {
      for (const item of items) this.held.push({ item, problem });
      return;
    }
    this.batch.onSplit(items, problem);
    const first = new Set(groups.slice(0, Math.ceil(groups.length / 2)));
    await this.work(
      items.filter((item) => first.has(this.batch.groupOf(item))),
      true,
    );
    await this.work(
      items.filter((item) => !first.has(this.batch.groupOf(item))),
      true,
    );
  }

  async #split(items: readonly I[], problem: unknown): Promise<void> {
    const [only] = items;
    if (items.length === 1 && only !== undefined) {
      this.#failedAlone.push({ item: only, problem });
      return;
    }
    this.batch.onSplit(items, problem);
    const rest = this.#isProbed ? items : await this.#probe(items, problem);
    const middle = Math.ceil(rest.length / 2);
    await this.work(rest.slice(0, middle), true);
    await this.work(rest.slice(middle), true);
  }

  /**
   * Tries some of them alone, others each time. When none passes, all are held: splitting further would only ask a store
   * that is unwell the same thing thousands of times.
   *
   * @returns those that are still to be worked on.
   */
  async #probe(items: readonly I[], problem: unknown): Promise<readonly I[]> {
    this.#isProbed = true;
    const chosen = new Set<number>();
    while (chosen.size < Math.min(PROBES_MAX, items.length)) {
      chosen.add(Math.floor(Math.random() * items.length));
    }
    const passedBefore = this.results.length;
    for (const i of [...chosen].sort((a, b) => a - b)) await this.work([items[i] as I], true);
    const rest = items.filter((_, i) => !chosen.has(i));
    if (this.results.length > passedBefore) return rest;
    for (const item of rest) this.held.push({ item, problem });
    return [];
  }
}
