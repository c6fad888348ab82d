import type { RoomEvent, RoomEventsAfter } from "@/domain/contracts/events";
import { isKnownRoomEvent } from "@/domain/contracts/room-events";
import {
  closeGap,
  type DeliveredRoomEvent,
  ingestRoomEvents,
  type RoomEventLog,
  type RoomEventSource,
  startRoomEventLog,
} from "./room-event-log";

export interface RoomFeedParts {
  /** `room.eventsAfter`. */
  readAfter: (seq: number) => Promise<RoomEventsAfter>;
  /** Reads the whole room anew and returns its newest number. */
  reload: () => Promise<number>;
  onEvents: (delivered: readonly DeliveredRoomEvent[]) => void;
  /** So many events were missed while the connection was lost, and are back. */
  onCaughtUp: (count: number) => void;
  /** Whether what a read threw means that there is no reading on: then this feed asks no more. */
  isFinal: (error: unknown) => boolean;
  onRefused: (error: unknown) => void;
}

/** How many events before the snapshot fill the feed when a person comes in. */
const PREFILL_EVENTS = 60;
/** Numbers of several publishers overtake each other for a moment; only a gap that stays is asked for. */
const GAP_GRACE_MS = 400;
/** An event that is lost is lost for everybody in the room, who shall not all ask in the same instant. */
const GAP_SPREAD_MS = 600;
const RETRY_MS = 2_000;
const NOTICE_MS = 1_000;

/**
 * A room's events in order and without gaps, whatever push loses, repeats or reorders: what is missing is asked for,
 * and where the server keeps it no more, the room is read anew. Knows nothing of connections and of React.
 */
export class RoomFeed {
  #log: RoomEventLog;
  #replayTimer: ReturnType<typeof setTimeout> | undefined;
  #mustReplay = false;
  #isReplaying = false;
  #asksAgain = false;
  #isRefused = false;
  #isStopped = false;
  /** Set when the connection was lost after it had been there; what comes then was missed. */
  #wasLost = false;

  /**
   * @param latestSeq the newest number of the snapshot on the screen: what is older fills the feed and is played for nobody
   * @param kept the log of an earlier feed of the same room, which goes on where that ended
   */
  constructor(
    private readonly parts: RoomFeedParts,
    private readonly latestSeq: number,
    kept?: RoomEventLog,
  ) {
    this.#log = kept ?? startRoomEventLog(Math.max(0, latestSeq - PREFILL_EVENTS));
  }

  get log(): RoomEventLog {
    return this.#log;
  }

  /** How far the server's clock is ahead of this one, as far as pushes have told. */
  get clockAheadMs(): number {
    return -(this.#log.clockOffsetMs ?? 0);
  }

  /** Takes what push brought. */
  push(events: readonly RoomEvent[]): void {
    if (events.length > 0) this.#take(events, "push");
  }

  /** The snapshot was read again: a number beyond ours means that a push was lost. */
  notice(latestSeq: number): void {
    if (latestSeq > this.#log.contiguousSeq) this.#replayIn(NOTICE_MS + Math.random() * GAP_SPREAD_MS);
  }

  lost(): void {
    this.#wasLost = true;
  }

  /** Asks for what is missing now. */
  async replay(): Promise<void> {
    if (this.#isStopped || this.#isRefused) return;
    if (this.#isReplaying) {
      // What is asked after the question that is under way may not be in its answer.
      this.#asksAgain = true;
      return;
    }
    this.#isReplaying = true;
    this.#asksAgain = false;
    const wasLost = this.#wasLost;
    this.#wasLost = false;
    try {
      const answer = await this.parts.readAfter(this.#log.contiguousSeq);
      if (this.#isStopped) return;
      if (answer.truncated && this.#log.contiguousSeq >= this.latestSeq) {
        const latestSeq = await this.parts.reload();
        this.#log = startRoomEventLog(latestSeq, this.#log);
      } else {
        const count = this.#take(answer.events, "replay");
        this.#log = closeGap(this.#log, answer.latestSeq);
        if (wasLost && count > 0) this.parts.onCaughtUp(count);
      }
    } catch (error) {
      this.#wasLost ||= wasLost;
      if (this.#isStopped) return;
      if (this.parts.isFinal(error)) {
        this.#isRefused = true;
        this.parts.onRefused(error);
      } else {
        this.#replayIn(RETRY_MS * (0.75 + Math.random() / 2));
      }
    } finally {
      this.#isReplaying = false;
    }
    if (this.#asksAgain) await this.replay();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#replayTimer);
  }

  #take(events: readonly RoomEvent[], source: RoomEventSource): number {
    const result = ingestRoomEvents(this.#log, events, source, Date.now());
    this.#log = result.log;
    const known = result.delivered
      .filter(({ event }) => isKnownRoomEvent(event.event))
      .map((entry) => (entry.event.seq <= this.latestSeq ? { ...entry, late: true } : entry));
    if (known.length > 0) this.parts.onEvents(known);
    if (result.restarted || result.replayAfterSeq !== null) {
      this.#replayIn(GAP_GRACE_MS + Math.random() * GAP_SPREAD_MS, result.restarted);
    }
    return known.length;
  }

  /** @param always false when it is about a gap, which may close by itself until then */
  #replayIn(delayMs: number, always = true): void {
    this.#mustReplay ||= always;
    if (this.#replayTimer !== undefined || this.#isStopped) return;
    this.#replayTimer = setTimeout(() => {
      this.#replayTimer = undefined;
      const isNeeded = this.#mustReplay || this.#log.aheadSeqs.size > 0;
      this.#mustReplay = false;
      if (isNeeded) void this.replay();
    }, delayMs);
  }
}
