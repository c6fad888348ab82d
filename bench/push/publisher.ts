import { Agent } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import Pusher from "pusher";
import { roomName } from "./channels";
import { eventData, nowMicros } from "./event-data";

/** One event on its way; the room decides the channel. */
export interface BenchEvent {
  room: number;
  data: string;
}

/** Takes up to ten events, in order; resolves when the server has them. */
export type Send = (events: readonly BenchEvent[]) => Promise<void>;

/** The protocol takes that many in one request. */
const BATCH_EVENTS_MAX = 10;
/** Events that are due at the very end may leave this much later. */
const GRACE_MICROS = 200_000;

/** Over signed HTTP by the unmodified library, on one connection that stays open, so that nothing is overtaken. */
export function openPublisher(port: number): { send: Send; close: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const pusher = new Pusher({
    appId: "1",
    key: "bench-key",
    secret: "bench-secret",
    host: "127.0.0.1",
    port: String(port),
    useTLS: false,
    agent,
  });
  return {
    async send(events) {
      const messages = events.map(({ room, data }) => ({ channel: roomName(room), name: "gift", data }));
      const [only] = messages;
      if (only && messages.length === 1) await pusher.trigger(only.channel, only.name, only.data);
      else await pusher.triggerBatch(messages);
    },
    close: () => agent.destroy(),
  };
}

/** Gives each room's events their numbers. */
export class EventNumbers {
  private readonly last = new Map<number, number>();

  next(room: number, atMicros = nowMicros()): BenchEvent {
    const seq = (this.last.get(room) ?? 0) + 1;
    this.last.set(room, seq);
    return { room, data: eventData(seq, atMicros) };
  }
}

export interface Sent {
  events: number;
  /** Were due and could not leave in time: the server took too long to take those before. */
  unsent: number;
}

/**
 * Open loop: events leave when the clock says so, whatever became of those before, and carry the time they were due.
 * What is due at the same time leaves in one request. Event n goes to room n modulo `rooms`. Each lane serves rooms of
 * its own, one request at a time, so `rooms` must be a multiple of their number.
 */
export async function sendByTheClock(options: {
  lanes: readonly Send[];
  rooms: number;
  numbers: EventNumbers;
  eventsPerSecond: number;
  seconds: number;
}): Promise<Sent> {
  const { lanes, rooms, numbers, eventsPerSecond, seconds } = options;
  const total = Math.round(eventsPerSecond * seconds);
  const startedMicros = nowMicros();
  const untilMicros = startedMicros + seconds * 1e6 + GRACE_MICROS;
  const dueMicros = (event: number) => startedMicros + (event * 1e6) / eventsPerSecond;

  const runLane = async (send: Send, lane: number): Promise<number> => {
    let sent = 0;
    let event = lane;
    while (event < total && nowMicros() < untilMicros) {
      const batch: BenchEvent[] = [];
      for (; event < total && batch.length < BATCH_EVENTS_MAX; event += lanes.length) {
        const due = dueMicros(event);
        if (due > nowMicros()) break;
        batch.push(numbers.next(event % rooms, Math.floor(due)));
      }
      if (batch.length === 0) {
        await wait(Math.max(1, (dueMicros(event) - nowMicros()) / 1000));
        continue;
      }
      await send(batch);
      sent += batch.length;
    }
    return sent;
  };
  const perLane = await Promise.all(lanes.map(runLane));
  const events = perLane.reduce((sum, sent) => sum + sent, 0);
  return { events, unsent: total - events };
}
