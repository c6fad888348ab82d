import { discountRefunds, listLatelyOutdated, type OutdatedBoard } from "@/db/live/queries/discount-refunds";
import type { Resources } from "../context";
import { dropBoards } from "./top-board";

const REFUNDS_AT_ONCE = 200;
/** A process that died is up again long before this. */
const LATELY_MS = 3_600_000;

/** Takes refunded gifts off the boards, round by round. */
export class RefundDiscounting {
  /** Null before the first round, which also drops what a process that died may have left behind. */
  #outdated: OutdatedBoard[] | null = null;

  constructor(private readonly resources: Pick<Resources, "live" | "redis">) {}

  /** One round. Boards that could not be dropped are dropped by the next. Returns the rooms whose boards have changed. */
  async round(): Promise<Set<string>> {
    const { live, redis } = this.resources;
    this.#outdated ??= await listLatelyOutdated(live, new Date(Date.now() - LATELY_MS));
    this.#outdated.push(...(await discountRefunds(live, REFUNDS_AT_ONCE)));
    const dropped = this.#outdated;
    await dropBoards(redis, dropped);
    this.#outdated = [];
    return new Set(dropped.map((board) => board.roomId));
  }
}
