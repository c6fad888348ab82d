import { findPk, type PkRow } from "@/db/live/queries/pk-battles";
import {
  beginPkCountdown,
  endPk,
  listGoneSides,
  type SideScore,
  settlePk,
  showPkScores,
  stepPk,
  takePkWork,
  takeSideOut,
} from "@/db/live/queries/pk-work";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { judgePk, nextByClock, PK_SETTLE_WAIT_MS } from "@/domain/rules/pk-states";
import { counter, gauge } from "@/platform/observability/metrics";
import { getEra } from "@/platform/redis/era";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { giftQueue } from "../../queue/queues";
import type { Resources } from "../context";
import { announcePk } from "./announce-pk";
import { foldPk, RunningFold } from "./fold-pk";

const driven = gauge("downpour_pk_battles", "Battles that this process moves on");
const settledTotal = counter("downpour_pk_settled_total", "Battles that were settled");
const cutShortTotal = counter(
  "downpour_pk_cut_short_total",
  "Battles settled while gifts of them were on their way",
);
const failedTotal = counter(
  "downpour_pk_failed_steps_total",
  "Steps of battles that failed and are tried again",
);

type PkResources = Pick<Resources, "live" | "redis" | "push" | "log">;
type Taken = PkRow & { nowMs: number };

/** Scores are told about twice a second, merged. */
const SHOWN_EVERY_MS = 500;
/** States that were missed are gone through in one round. */
const STEPS_MAX = 4;

interface Running {
  fold: RunningFold;
  shown: string;
  shownAtMs: number;
}

/**
 * Moves battles on. Any number of processes do it: each battle has one at a time, by a lease that another takes over, and
 * every step is a compare-and-set, so that a late one changes nothing.
 */
export class PkDriver {
  readonly #running = new Map<string, Running>();

  constructor(
    private readonly resources: PkResources,
    private readonly holder: string,
  ) {}

  async round(): Promise<void> {
    const rows = await takePkWork(this.resources.live, this.holder);
    driven.set(rows.length);
    const pkIds = new Set(rows.map(({ battle }) => battle.pkId));
    for (const pkId of this.#running.keys()) if (!pkIds.has(pkId)) this.#running.delete(pkId);
    await Promise.all(
      rows.map((row) =>
        this.#moveOn(row).catch((error: unknown) => {
          failedTotal.inc();
          const { pkId, status, traceId } = row.battle;
          this.resources.log.warn(
            { reason: String(error), pkId, status, traceId },
            "a battle could not be moved on; will repeat",
          );
        }),
      ),
    );
  }

  async #moveOn(taken: Taken): Promise<void> {
    let row: PkRow = taken;
    for (let step = 0; step < STEPS_MAX; step++) {
      if (row.battle.announcedSeq < row.battle.seq) await announcePk(this.resources, row);
      if (!(await this.#step(row, taken.nowMs))) return;
      const fresh = await findPk(this.resources.live, row.battle.pkId);
      if (!fresh) return;
      row = fresh;
    }
    if (row.battle.announcedSeq < row.battle.seq) await announcePk(this.resources, row);
  }

  /** One change, where one is due; false when there is none. */
  async #step(row: PkRow, nowMs: number): Promise<boolean> {
    const { live } = this.resources;
    const { battle } = row;
    const { pkId, status } = battle;
    if (status === "accepted" || status === "countdown") {
      if ((await listGoneSides(live, pkId)).length > 0)
        return await endPk(live.sql, pkId, [status], "not_live");
      if (status === "accepted") return await beginPkCountdown(live, battle);
    }
    if (status === "running" || status === "final") {
      for (const anchorId of await listGoneSides(live, pkId))
        if (await takeSideOut(live, { pkId, anchorId, as: "gone" })) return true;
    }
    const isDue = battle.dueAt !== null && battle.dueAt.getTime() <= nowMs;
    if (isDue && status === "frozen") return await this.#settle(row, nowMs);
    const next = isDue
      ? nextByClock(status, { durationSeconds: battle.durationSeconds, hasWinner: battle.winnerId !== null })
      : null;
    if (next) {
      const endReason = status === "invited" ? "expired" : "finished";
      return await stepPk(live, battle, { ...next, endReason });
    }
    if (status === "running" || status === "final" || status === "frozen") await this.#showScores(row);
    return false;
  }

  async #showScores(row: PkRow): Promise<void> {
    const { battle } = row;
    const running = this.#running.get(battle.pkId) ?? {
      fold: new RunningFold(),
      shown: textOf(row.sides),
      shownAtMs: 0,
    };
    this.#running.set(battle.pkId, running);
    if (performance.now() - running.shownAtMs < SHOWN_EVERY_MS) return;
    running.shownAtMs = performance.now();
    const scores = await running.fold.readOn(this.resources.live, row);
    const shown = textOf(scores);
    if (shown === running.shown) return;
    if ((await showPkScores(this.resources.live, battle, scores)) === null) return;
    running.shown = shown;
    const fresh = await findPk(this.resources.live, battle.pkId);
    if (fresh) await announcePk(this.resources, fresh, { onlyScores: true });
  }

  /** Once every gift that was accepted in the window is paid or failed, or has been waited for long enough. */
  async #settle(row: PkRow, nowMs: number): Promise<boolean> {
    const { live, log } = this.resources;
    const { battle, sides } = row;
    const frozenEndMs = battle.dueAt?.getTime() ?? 0;
    const isAllKnown = await this.#areGiftsKnown(frozenEndMs);
    const isCutShort = !isAllKnown && nowMs > frozenEndMs + PK_SETTLE_WAIT_MS;
    if (!isAllKnown && !isCutShort) {
      await this.#showScores(row);
      return false;
    }
    const { scores, end } = await foldPk(live, row);
    const judged = judgePk(
      sides.map(({ anchorId, state }, i) => ({ anchorId, state, points: scores[i]?.points ?? 0 })),
      battle.minimumPoints,
    );
    const result = { scores, toSeqs: end.seqs, refundSeq: end.refundSeq, ...judged, isCutShort };
    if (!(await settlePk(live, battle, result))) return false;
    settledTotal.inc();
    if (isCutShort) {
      cutShortTotal.inc();
      log.warn(
        { pkId: battle.pkId, traceId: battle.traceId },
        "a battle was settled while gifts were on their way",
      );
    }
    return true;
  }

  /** Whether nothing waits that was put into the queue before then. Where Redis cannot say, it is not known. */
  async #areGiftsKnown(thenMs: number): Promise<boolean> {
    const { redis } = this.resources;
    try {
      if (!(await getEra(redis)).isSettled) return false;
      const nowMs = sharedNowMs();
      const lag = await giftQueue.readLag(redis, ALL_BUCKETS, nowMs);
      return lag.every(({ waiting, oldestMs }) => waiting === 0 || nowMs - oldestMs > thenMs);
    } catch (error) {
      this.resources.log.debug({ reason: String(error) }, "what gifts wait is not known");
      return false;
    }
  }
}

/** Order and names of a score, to compare it with another. */
const textOf = (scores: readonly Pick<SideScore, "roomId" | "points" | "helpers">[]) =>
  JSON.stringify(
    scores.map(({ roomId, points, helpers }) => [roomId, points, helpers.map((h) => [h.userId, h.points])]),
  );
