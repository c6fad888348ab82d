import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { ConsecutiveBreaker, circuitBreaker, handleAll } from "cockatiel";
import Pusher from "pusher";
import {
  ROOM_BATCH_EVENT,
  type RoomEvent,
  roomChannel,
  type UserEventName,
  type UserEventPayload,
  userChannel,
} from "../contracts/events";
import type { Env } from "../env";

/** What servers say to browsers. Our gateway and hosted Pusher are the same to it: only settings differ. */
export interface PushPublisher {
  /** Sends numbered events of rooms, those of a room merged so that each message stays under the size limit. */
  sendRoomEvents(rooms: readonly RoomMessage[]): Promise<void>;
  sendUserEvents(events: readonly UserMessage[]): Promise<void>;
  /** Closes every connection of a user. */
  disconnectUser(userId: string): Promise<void>;
  /** Subscribed sockets per channel, for channels that start with `prefix`. */
  countSubscribers(prefix: string): Promise<Map<string, number>>;
  readonly pusher: Pusher;
}

export interface RoomMessage {
  roomId: string;
  /** In order of their numbers. */
  events: readonly RoomEvent[];
}

export type UserMessage = {
  [N in UserEventName]: { userId: string; event: N; data: UserEventPayload<N> };
}[UserEventName];

/** Pusher takes ten events a batch and 10 KB of data an event; a little is left for the envelope. */
const BATCH_EVENTS_MAX = 10;
const DATA_BYTES_MAX = 9_500;
const TIMEOUT_MS = 2_000;
/** After this many failures in a row nothing is sent for a moment: a push service that hangs must not hold up debits. */
const FAILURES_MAX = 3;
const PAUSE_MS = 1_000;
const AGENT = { keepAlive: true, maxSockets: 4 };

interface Message {
  channel: string;
  name: string;
  data: string;
}

export function createPublisher(env: Env): PushPublisher {
  const pusher = new Pusher({
    appId: env.PUSHER_APP_ID,
    key: env.PUSHER_KEY,
    secret: env.PUSHER_SECRET,
    host: env.PUSHER_HOST,
    port: String(env.PUSHER_PORT),
    useTLS: env.PUSHER_TLS,
    timeout: TIMEOUT_MS,
    // Connections are kept: opening one for each message would cost more than the message.
    agent: env.PUSHER_TLS ? new HttpsAgent(AGENT) : new HttpAgent(AGENT),
  });

  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: PAUSE_MS,
    breaker: new ConsecutiveBreaker(FAILURES_MAX),
  });

  async function send(messages: Message[]): Promise<void> {
    for (let i = 0; i < messages.length; i += BATCH_EVENTS_MAX) {
      // In order, one after the other: a room's events must not overtake each other.
      await breaker.execute(() => pusher.triggerBatch(messages.slice(i, i + BATCH_EVENTS_MAX)));
    }
  }

  return {
    pusher,
    sendRoomEvents: (rooms) => send(rooms.flatMap(({ roomId, events }) => mergeRoomEvents(roomId, events))),
    async sendUserEvents(events) {
      const messages = events.map((e) => ({
        channel: userChannel(e.userId),
        name: e.event,
        data: JSON.stringify(e.data),
      }));
      await send(messages);
    },
    async disconnectUser(userId) {
      await pusher.terminateUserConnections(userId);
    },
    async countSubscribers(prefix) {
      const response = await pusher.get({
        path: "/channels",
        params: { filter_by_prefix: prefix, info: "subscription_count" },
      });
      if (response.status !== 200) throw new Error(`The push gateway answered ${response.status}.`);
      const body = (await response.json()) as { channels?: Record<string, { subscription_count?: number }> };
      return new Map(
        Object.entries(body.channels ?? {}).map(([channel, info]) => [channel, info.subscription_count ?? 0]),
      );
    },
  };
}

/** One event under its own name, more as `room.batch`, split wherever a message would grow too large. */
export function mergeRoomEvents(roomId: string, events: readonly RoomEvent[]): Message[] {
  const channel = roomChannel(roomId);
  const messages: Message[] = [];
  let parts: { event: RoomEvent; json: string }[] = [];
  let bytes = 0;
  const flush = () => {
    const [first] = parts;
    if (first && parts.length === 1) messages.push({ channel, name: first.event.event, data: first.json });
    else if (first)
      messages.push({
        channel,
        name: ROOM_BATCH_EVENT,
        data: `{"events":[${parts.map((p) => p.json).join(",")}]}`,
      });
    parts = [];
    bytes = 0;
  };
  for (const event of events) {
    const json = JSON.stringify(event);
    const size = Buffer.byteLength(json) + 1;
    if (bytes + size > DATA_BYTES_MAX) flush();
    parts.push({ event, json });
    bytes += size;
  }
  flush();
  return messages;
}
