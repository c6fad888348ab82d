import { setTimeout as delay } from "node:timers/promises";
import { type Message, mergeRoomEvents } from "./merge-room-events";
import type { NumberedEvent } from "./numbered-event";
import { droppedEvents, priorityOf, rankOf } from "./priority";

export interface RoomMessage {
  roomId: string;
  /** In order of their numbers. */
  events: readonly NumberedEvent[];
}

/** Chat that may wait for the push service; what comes beyond it stays in the history only. */
const CHAT_WAITING_MAX = 2_000;

/**
 * Sends numbered events of rooms, one round after the other: what comes while a round is under way is merged by room
 * into the next. So a room's events stay in order, and the slower the push service, the more one message carries.
 */
export class RoomOutbox {
  #waiting = new Map<string, NumberedEvent[]>();
  #chatWaiting = 0;
  #nextRound: PromiseWithResolvers | null = null;
  #isRunning = false;

  constructor(
    private readonly send: (messages: readonly Message[]) => Promise<void>,
    /** A round waits this long for more to merge; 0 sends what is there. */
    private readonly mergeMs: number,
  ) {}

  /** Resolves when the events were sent, rejects when the push service did not take them. */
  async add(rooms: readonly RoomMessage[]): Promise<void> {
    for (const { roomId, events } of rooms) {
      const kept = events.filter((event) => this.#admit(event));
      const list = this.#waiting.get(roomId);
      if (list) list.push(...kept);
      else if (kept.length > 0) this.#waiting.set(roomId, [...kept]);
    }
    if (this.#waiting.size === 0) return;
    this.#nextRound ??= withResolvers();
    const { promise } = this.#nextRound;
    if (!this.#isRunning) void this.#run();
    await promise;
  }

  #admit(event: NumberedEvent): boolean {
    if (event.event !== "chat.message") return true;
    if (this.#chatWaiting >= CHAT_WAITING_MAX) {
      droppedEvents.inc({ priority: "chat", reason: "backlog" });
      return false;
    }
    this.#chatWaiting += 1;
    return true;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#nextRound) {
      if (this.mergeMs > 0) await delay(this.mergeMs);
      const round = this.#nextRound;
      const rooms = [...this.#waiting];
      this.#nextRound = null;
      this.#waiting = new Map();
      this.#chatWaiting = 0;
      try {
        await this.send(toMessages(rooms));
        round.resolve();
      } catch (error) {
        for (const event of rooms.flatMap(([, events]) => events)) {
          droppedEvents.inc({ priority: priorityOf(event.event), reason: "failed" });
        }
        round.reject(error);
      }
    }
    this.#isRunning = false;
  }
}

/** Rooms in which something important happened come first; within a room numbers stay in order. */
function toMessages(rooms: readonly [string, readonly NumberedEvent[]][]): Message[] {
  return rooms
    .map(([roomId, events]) => ({ roomId, events, urgency: urgencyOf(events) }))
    .sort((a, b) => a.urgency - b.urgency)
    .flatMap(({ roomId, events }) => mergeRoomEvents(roomId, events));
}

const urgencyOf = (events: readonly NumberedEvent[]): number =>
  events.reduce((least, { event }) => Math.min(least, rankOf(event)), Number.POSITIVE_INFINITY);

interface PromiseWithResolvers {
  promise: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

function withResolvers(): PromiseWithResolvers {
  let resolve = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
