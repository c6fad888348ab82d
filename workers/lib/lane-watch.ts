import type { DependencyHealth } from "@/platform/observability/health";
import { gauge } from "@/platform/observability/metrics";
import { newTraceId } from "@/platform/observability/trace";
import type { QueueName } from "@/platform/redis/keys";
import { raiseAlarm } from "@/server/services/alarm/raise-alarm";
import type { Resources } from "@/server/services/context";
import type { BucketLane, LaneState } from "./bucket-lane";

/** A lane whose step takes longer, or that holds longer, says so and is not ready. */
const SAID_AFTER_MS = 3_000;
/** Then it leaves its buckets to others. Above the time that a statement is given, far below what a sender waits for. */
const STILL_MS = 8_000;
/** Nearly everything is over by then without anybody. */
const ALARM_AFTER_MS = 5_000;
/** A bucket or an entry that waits while others go on. */
const PAUSE_ALARM_AFTER_MS = 30_000;

const heldUp = gauge("downpour_queue_held_up", "What of a queue is held up in this process", [
  "queue",
  "what",
]);

export interface LaneWatchOptions {
  queue: QueueName;
  lanes: readonly Pick<BucketLane<unknown>, "state">[];
  resources: Pick<Resources, "live" | "log">;
}

/** What is wrong with one lane, as one sentence for an operator. */
interface Trouble {
  what: "still" | "held";
  forMs: number;
  reason: string;
}

/**
 * Watches the lanes of a process: says by log, metrics, readiness and alarm what stands still and what holds, and keeps
 * leases away from what stands still. It asks nothing of any store: a lane that waits for one is seen all the same.
 */
export class LaneWatch {
  /** By lane: what has been said about its trouble. */
  readonly #said = new Map<number, { what: Trouble["what"]; isAlarmed: boolean }>();
  /** Pauses for which an alarm was raised, as `bucket/since`. */
  #alarmedPauses: ReadonlySet<string> = new Set();

  constructor(private readonly options: LaneWatchOptions) {}

  /** Whether what reads this bucket moves. */
  canMove(bucket: number): boolean {
    const { lanes } = this.options;
    const since = lanes[bucket % lanes.length]?.state.stillSinceMs ?? null;
    return since === null || performance.now() - since < STILL_MS;
  }

  /** For `/readyz`. */
  async check(): Promise<DependencyHealth> {
    const troubles = this.#troubles();
    const [first] = troubles.values();
    if (first)
      return { ok: false, reason: `${troubles.size} of ${this.options.lanes.length} lanes: ${first.reason}` };
    const pauses = this.options.lanes.flatMap(({ state }) => state.pauses);
    const [pause] = pauses;
    if (!pause) return { ok: true };
    const reason = `${pauses.length} buckets wait, wholly or in part: ${pause.reason}`;
    return { ok: true, degraded: true, reason };
  }

  /** Called about once a second. */
  tick(): void {
    const { queue, lanes, resources } = this.options;
    const troubles = this.#troubles();
    for (const [index] of lanes.entries()) {
      const trouble = troubles.get(index);
      const said = this.#said.get(index);
      if (!trouble) {
        if (said) resources.log.info({ queue, lane: index }, "a lane moves again");
        this.#said.delete(index);
        continue;
      }
      const { what, reason, forMs } = trouble;
      const isNew = said?.what !== what;
      if (isNew) resources.log.error({ queue, lane: index, reason, forMs }, "a lane makes no progress");
      const isAlarmed = said?.isAlarmed ?? false;
      this.#said.set(index, { what, isAlarmed: isAlarmed || forMs >= ALARM_AFTER_MS });
      if (!isAlarmed && forMs >= ALARM_AFTER_MS) this.#alarm("queue.held", `queue:${queue}`, trouble);
    }
    this.#watchPauses();
    const ofKind = (kind: Trouble["what"]) =>
      [...troubles.values()].filter(({ what }) => what === kind).length;
    const pauses = lanes.flatMap(({ state }) => state.pauses);
    heldUp.set({ queue, what: "lanes_still" }, ofKind("still"));
    heldUp.set({ queue, what: "lanes_held" }, ofKind("held"));
    heldUp.set({ queue, what: "buckets_closed" }, pauses.filter(({ isClosed }) => isClosed).length);
    heldUp.set({ queue, what: "buckets_in_part" }, pauses.filter(({ isClosed }) => !isClosed).length);
  }

  #troubles(): Map<number, Trouble> {
    const nowMs = performance.now();
    const troubles = new Map<number, Trouble>();
    for (const [index, { state }] of this.options.lanes.entries()) {
      const trouble = findTrouble(state, nowMs);
      if (trouble) troubles.set(index, trouble);
    }
    return troubles;
  }

  /** One alarm a pause, however often it is tried again. */
  #watchPauses(): void {
    const { queue, lanes } = this.options;
    const nowMs = performance.now();
    const alarmed = new Set<string>();
    for (const { bucket, sinceMs, reason, tries } of lanes.flatMap(({ state }) => state.pauses)) {
      const forMs = Math.round(nowMs - sinceMs);
      if (forMs < PAUSE_ALARM_AFTER_MS) continue;
      const name = `${bucket}/${sinceMs}`;
      alarmed.add(name);
      if (this.#alarmedPauses.has(name)) continue;
      this.#alarm("queue.entry_held", `bucket:${queue}/${bucket}`, { reason, forMs, tries });
    }
    this.#alarmedPauses = alarmed;
  }

  /** Not waited for: the database that is to hold it may be what does not answer. */
  #alarm(kind: "queue.held" | "queue.entry_held", subject: string, facts: object): void {
    void raiseAlarm(this.options.resources, { kind, subject, facts, traceId: newTraceId() });
  }
}

function findTrouble({ stillSinceMs, held }: LaneState, nowMs: number): Trouble | null {
  const stillMs = stillSinceMs === null ? 0 : nowMs - stillSinceMs;
  if (stillMs >= SAID_AFTER_MS)
    return {
      what: "still",
      forMs: Math.round(stillMs),
      reason: "a store does not answer, and does not refuse",
    };
  const heldMs = held ? nowMs - held.sinceMs : 0;
  if (held && heldMs >= SAID_AFTER_MS)
    return { what: "held", forMs: Math.round(heldMs), reason: held.reason };
  return null;
}
