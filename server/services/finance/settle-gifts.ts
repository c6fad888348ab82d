import {
  type AnchorEarned,
  noteFirstMarks,
  readCursorPlaces,
  type Settlement,
  settle,
} from "@/db/finance/queries/settle";
import type { SettlementRun } from "@/db/finance/queries/settlement-runs";
import { readShareState, type ShareState } from "@/db/finance/queries/shares";
import { seqsOf } from "@/domain/rules/feed-agreement";
import { BATCH_GIFTS_MAX, planBatches } from "@/domain/rules/plan-settlement";
import type { SeqRange } from "@/domain/rules/settle-gifts";
import { counter, gauge } from "@/platform/observability/metrics";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { Resources } from "../context";
import { lastSeqsOf, readOwnGiftFeed } from "../restore/read-own-gift-feed";
import { type GapInNumbers, type LateGift, readSettleable, type Settleable } from "./read-settleable";

const settledTotal = counter("downpour_settled_gifts_total", "Gifts settled to anchors");
const behind = gauge("downpour_settlement_lag_gifts", "Paid gifts not yet settled");
const lagSeconds = gauge(
  "downpour_settlement_lag_seconds",
  "Age of the oldest paid gift that is not yet settled",
);
const gapsTotal = gauge(
  "downpour_settlement_gaps",
  "Buckets with a missing number: settlement stands still there",
);
const aheadSeconds = gauge(
  "downpour_settlement_ahead_seconds",
  "How far in the future, by the finance database's clock, a gift that waits was sent",
);

/** Clocks a little apart make a gift wait that long; more than this is a broken clock. */
const AHEAD_ALARM_MS = 5 * 60_000;
/** Shares change a few times a day: to meet a change this often in one step means that something else is wrong. */
const SHARE_CHANGES_MAX = 5;

type SettleResources = Pick<Resources, "live" | "finance" | "push" | "log">;

export interface SettledRound {
  settledGifts: number;
  /** Whether more is waiting than one round takes. */
  more: boolean;
}

/** A stretch of work that begins now, to be given to the rounds that belong to it. */
export function beginRun(node: string): SettlementRun {
  return { id: null, node, startedAtMs: sharedNowMs(), lagMs: 0 };
}

/**
 * One round of settlement: takes what was paid since each bucket's cursor and settles it, batch by batch. Only gifts that
 * were sent until now by the finance database's clock are settled; later ones wait, and so does what follows them. A
 * missing number is an alarm: everything before it is settled and nothing after it. A cursor that is of another past than
 * the live database stops all of it (ContradictedCursorError). `run` is updated.
 */
export async function settleNewGifts(
  resources: SettleResources,
  limitPerBucket: number,
  run: SettlementRun = beginRun("settlement"),
): Promise<SettledRound> {
  const { cursors, lastSeqs } = await readPlaces(resources);
  const waiting = [...cursors].reduce((sum, [b, seq]) => sum + Math.max(0, (lastSeqs.get(b) ?? 0) - seq), 0);
  behind.set(waiting);
  const round = new Round(resources, run, lastSeqs);
  try {
    await round.work(planBatches(cursors, lastSeqs, limitPerBucket, BATCH_GIFTS_MAX));
  } finally {
    round.announce();
  }
  round.report();
  return { settledGifts: round.settledGifts, more: round.more };
}

interface BatchRead extends Settleable {
  shares: ShareState;
}

/** How far each bucket is settled and how far it has come, where both are of one past. */
async function readPlaces(
  resources: SettleResources,
): Promise<{ cursors: Map<number, number>; lastSeqs: Map<number, number> }> {
  const places = await readCursorPlaces(resources.finance);
  const cursors = seqsOf(places);
  const feed = await readOwnGiftFeed(resources, "settlement", places);
  const unmarked = [...places].filter(([, { seq, mark }]) => seq > 0 && mark === null);
  if (unmarked.length > 0) {
    const marks = unmarked.map(([bucket, { seq }]) => ({ bucket, seq, mark: feed.get(bucket)?.mark ?? "" }));
    await noteFirstMarks(resources.finance, marks);
  }
  return { cursors, lastSeqs: lastSeqsOf(feed) };
}

class Round {
  settledGifts = 0;
  more = false;
  #oldestLagMs = 0;
  readonly #gaps: GapInNumbers[] = [];
  readonly #late: LateGift[] = [];
  readonly #earned = new Map<string, AnchorEarned>();

  constructor(
    private readonly resources: SettleResources,
    private readonly run: SettlementRun,
    private readonly lastSeqs: ReadonlyMap<number, number>,
  ) {}

  /** The live database sums up the next batch while the finance database writes this one; they share no bucket. */
  async work(batches: readonly ReadonlyMap<number, SeqRange>[]): Promise<void> {
    let ahead = this.#read(batches[0]);
    for (const [i, wanted] of batches.entries()) {
      const read = await ahead;
      ahead = this.#read(batches[i + 1]);
      // Its failure is met when its turn comes, also where this batch fails first.
      ahead.catch(() => {});
      await this.#write(wanted, read);
    }
  }

  async #read(wanted: ReadonlyMap<number, SeqRange> | undefined): Promise<BatchRead | undefined> {
    if (!wanted) return undefined;
    const shares = await readShareState(this.resources.finance);
    return { shares, ...(await readSettleable(this.resources.live, wanted, shares)) };
  }

  async #write(wanted: ReadonlyMap<number, SeqRange>, firstRead: BatchRead | undefined): Promise<void> {
    let read = firstRead;
    for (let tries = 0; tries < SHARE_CHANGES_MAX; tries++) {
      read ??= await this.#read(wanted);
      if (!read) return;
      const { shares, lines, ranges, oldestSentAtMs } = read;
      const lagMs = oldestSentAtMs === null ? 0 : Math.max(0, shares.clockMs - oldestSentAtMs);
      if (this.run.id === null) this.run.lagMs = Math.max(this.run.lagMs, lagMs);
      const settlement = lines
        ? await settle(this.resources.finance, {
            lines,
            ranges,
            sharesVersion: shares.version,
            rewindId: shares.rewindId,
            run: this.run,
          })
        : null;
      if (settlement?.outcome !== "shares-changed") {
        this.#oldestLagMs = Math.max(this.#oldestLagMs, lagMs);
        this.#gaps.push(...read.gaps);
        this.#late.push(...read.late);
        // Where another worker was quicker, the cursors say what is left.
        if (settlement?.outcome === "moved-on") this.more = true;
        if (settlement?.outcome === "settled") this.#count(settlement, read);
        return;
      }
      read = undefined;
    }
    throw new Error("Shares were changing all the time.");
  }

  #count({ earned, runId }: Settlement, { lines, ranges, gaps, late }: BatchRead): void {
    this.run.id = runId;
    this.settledGifts += lines?.gifts ?? 0;
    settledTotal.inc(lines?.gifts ?? 0);
    const stopped = new Set([...gaps, ...late].map(({ bucket }) => bucket));
    for (const [bucket, { toSeq }] of ranges) {
      if (!stopped.has(bucket) && toSeq < (this.lastSeqs.get(bucket) ?? 0)) this.more = true;
    }
    for (const one of earned) this.#earned.set(one.anchorId, one);
  }

  /** Each anchor's latest figure, once a round. The studio also asks by itself; a lost message only delays its figure. */
  announce(): void {
    if (this.#earned.size === 0) return;
    this.resources.push
      .sendUserEvents(
        [...this.#earned.values()].map(({ anchorId, earnedFen, gifts }) => ({
          userId: anchorId,
          event: "earnings.updated",
          data: { earnedFen, gifts },
        })),
      )
      .catch((error: unknown) =>
        this.resources.log.warn({ reason: String(error) }, "announcing earnings failed"),
      );
  }

  report(): void {
    lagSeconds.set(this.#oldestLagMs / 1_000);
    gapsTotal.set(this.#gaps.length);
    aheadSeconds.set(Math.max(0, ...this.#late.map((gift) => gift.aheadMs)) / 1_000);
    for (const gap of this.#gaps) {
      this.resources.log.error(
        gap,
        "a gift number is missing; settlement of this bucket stands still until it is found",
      );
    }
    for (const gift of this.#late) {
      if (gift.aheadMs < AHEAD_ALARM_MS) continue;
      this.resources.log.error(
        gift,
        "a gift was sent far in the future; the clock of a web process or of the finance database is wrong",
      );
    }
  }
}
