import { randomBytes } from "node:crypto";
import { ConsecutiveBreaker, circuitBreaker, handleWhen } from "cockatiel";
import Pusher from "pusher";
import { type UserEventName, type UserEventPayload, userChannel } from "@/domain/contracts/events";
import { bucketOf } from "@/domain/rules/bucket";
import { watchBreaker } from "@/platform/observability/breakers";
import { Caches } from "@/platform/runtime/caches";
import type { Env } from "@/platform/settings/env";
import { pushAddresses } from "@/platform/settings/push-addresses";
import { AddressesInTurn } from "./addresses-in-turn";
import { BatchSender, takesLess } from "./batch-sender";
import type { Message } from "./merge-room-events";
import { droppedEvents } from "./priority";
import { type RoomMessage, RoomOutbox } from "./room-outbox";
import { postSigned } from "./signed-post";

/** What servers say to browsers. Our gateway and hosted Pusher are the same to it: only settings differ. */
export interface PushPublisher {
  /**
   * Sends numbered events of rooms, those of a room in order and merged so that each message stays under the size limit.
   * Rejects when the push service did not take them; whoever listens finds them by replay.
   */
  sendRoomEvents(rooms: readonly RoomMessage[]): Promise<void>;
  /** Never waits behind rooms. */
  sendUserEvents(events: readonly UserMessage[]): Promise<void>;
  /** Sends the same to many people, a hundred at most, each on their own channel. */
  sendToUsers<N extends UserEventName>(
    userIds: readonly string[],
    event: N,
    data: UserEventPayload<N>,
  ): Promise<void>;
  /** Closes every connection of a user. */
  disconnectUser(userId: string): Promise<void>;
  /**
   * Closes the connections of sessions that ended, and without a session's id all of a person: they may come back with
   * the rights they have now. A service that knows no sessions closes all connections of those people. Rejects unless
   * all were told.
   */
  endSessions(ends: readonly EndedSession[]): Promise<void>;
  /**
   * Viewers per channel, everybody once, for channels that start with `prefix`. A service that knows no viewers counts
   * sockets. Rejects when it is away.
   */
  countViewers(prefix: string): Promise<Map<string, number>>;
  /**
   * Who came to and left channels since a visit, of one of the parts that the gateway keeps them in; that visit and all before
   * it are forgotten there. Undefined where the service keeps none. Rejects when it is away.
   */
  takeVisits(part: number, after: string): Promise<TakenVisits | undefined>;
  /** The names of those who watch a channel. Rejects when the service is away or does not know. */
  listViewers(channel: string): Promise<string[]>;
  readonly pusher: Pusher;
  /** What the process knows of what the push service counts. */
  readonly caches: Caches;
}

export interface TakenVisits {
  /** How many parts there are. */
  partitions: number;
  visits: { id: string; channel: string; came: string[]; left: string[] }[];
  /** Viewers of every channel of the part after the last of the visits; null while more follow. */
  viewers: Record<string, number> | null;
  /** False when visits between were lost. */
  is_whole: boolean;
}

export interface EndedSession {
  userId: string;
  sessionId: string | null;
}

export type UserMessage = {
  [N in UserEventName]: { userId: string; event: N; data: UserEventPayload<N> };
}[UserEventName];

const TIMEOUT_MS = 2_000;
/** After this many failures in a row nothing is sent for a moment: a push service that hangs must not hold up debits. */
const FAILURES_MAX = 3;
const PAUSE_MS = 1_000;
/** Rooms are spread over this many lanes, each of which sends one batch at a time. */
const ROOM_LANES = 4;
const AGENT = { keepAlive: true, maxSockets: ROOM_LANES + 2 };

export function createPublisher(env: Env): PushPublisher {
  const addresses = pushAddresses(env);
  const [{ host, port }] = addresses;
  // Connections are kept: opening one for each message would cost more than the message.
  const inTurn = new AddressesInTurn(addresses, env.PUSHER_TLS, AGENT);
  const { agent } = inTurn;
  const pusher = new Pusher({
    appId: env.PUSHER_APP_ID,
    key: env.PUSHER_KEY,
    secret: env.PUSHER_SECRET,
    host,
    port: String(port),
    useTLS: env.PUSHER_TLS,
    timeout: TIMEOUT_MS,
    agent,
  });

  const breaker = circuitBreaker(
    handleWhen((error) => !takesLess(error)),
    {
      halfOpenAfter: PAUSE_MS,
      breaker: new ConsecutiveBreaker(FAILURES_MAX),
    },
  );
  watchBreaker("push", breaker);

  /** Of a gateway that does not answer, or says that it cannot, the next call asks another. */
  async function call<T>(asking: Promise<T>): Promise<T> {
    try {
      return await asking;
    } catch (error) {
      if (!(error instanceof Pusher.RequestError) || (error.status ?? 500) >= 500) inTurn.leave();
      throw error;
    }
  }
  const get = (path: string, params: Record<string, string>) => call(pusher.get({ path, params }));
  /** With a number used once, which the signature covers, so that nobody can send the same request again. */
  const post = (path: string, body: object) =>
    call(
      pusher.post({
        path,
        // The library turns it into JSON, whatever its types say.
        body: body as unknown as string,
        params: signedOnce(),
      }),
    );

  const batches = new BatchSender({
    postBatch: (batch) => breaker.execute(() => post("/batch_events", { batch })),
    postMany: (lines) => {
      const options = { address: addresses[0], env, pusher, agent, timeoutMs: TIMEOUT_MS };
      return breaker.execute(() =>
        call(postSigned(options, "/many_events", Buffer.from(lines), signedOnce())),
      );
    },
    isHosted: Boolean(env.PUSHER_CLUSTER),
  });
  const send = (messages: readonly Message[]) => batches.send(messages);

  const lanes = Array.from({ length: ROOM_LANES }, () => new RoomOutbox(send, env.PUSH_MERGE_MS));

  async function disconnectUser(userId: string): Promise<void> {
    await post(`/users/${userId}/terminate_connections`, {});
  }

  /** False when the service is not our gateway, which alone knows this request. */
  async function endOnGateway(ends: readonly EndedSession[]): Promise<boolean> {
    const sessionIds = ends.flatMap(({ sessionId }) => sessionId ?? []);
    const userIds = ends.flatMap(({ userId, sessionId }) => (sessionId === null ? userId : []));
    try {
      await post("/sessions/terminate_connections", { session_ids: sessionIds, user_ids: userIds });
      return true;
    } catch (error) {
      if (error instanceof Pusher.RequestError && error.status === 404) return false;
      throw error;
    }
  }

  /** Undefined when the service is not our gateway, which alone knows this request. */
  async function countOnGateway(prefix: string): Promise<Map<string, number> | undefined> {
    try {
      const response = await get("/viewers", { filter_by_prefix: prefix });
      return await readCounts(response);
    } catch (error) {
      if (error instanceof Pusher.RequestError && error.status === 404) return undefined;
      throw error;
    }
  }

  async function takeVisits(part: number, after: string): Promise<TakenVisits | undefined> {
    try {
      const response = await post("/visits", { partition: part, after });
      return (await response.json()) as TakenVisits;
    } catch (error) {
      if (error instanceof Pusher.RequestError && error.status === 404) return undefined;
      throw error;
    }
  }

  async function countSockets(prefix: string): Promise<Map<string, number>> {
    const params = { filter_by_prefix: prefix, info: "subscription_count" };
    return await readCounts(await get("/channels", params));
  }

  return {
    pusher,
    caches: new Caches(),
    async sendRoomEvents(rooms) {
      await Promise.all(
        lanes.map((lane, i) => lane.add(rooms.filter(({ roomId }) => bucketOf(roomId) % ROOM_LANES === i))),
      );
    },
    async sendUserEvents(events) {
      const messages = events.map((e) => ({
        channel: userChannel(e.userId),
        name: e.event,
        data: JSON.stringify(e.data),
      }));
      await send(messages).catch((error: unknown) => {
        droppedEvents.inc({ priority: "result", reason: "failed" }, events.length);
        throw error;
      });
    },
    async sendToUsers(userIds, name, data) {
      const channels = userIds.map(userChannel);
      await breaker.execute(() => post("/events", { name, channels, data: JSON.stringify(data) }));
    },
    disconnectUser,
    async endSessions(ends) {
      if (!env.PUSHER_CLUSTER && (await endOnGateway(ends))) return;
      await Promise.all([...new Set(ends.map(({ userId }) => userId))].map(disconnectUser));
    },
    async countViewers(prefix) {
      const viewers = env.PUSHER_CLUSTER ? undefined : await countOnGateway(prefix);
      return viewers ?? (await countSockets(prefix));
    },
    takeVisits: async (part, after) => (env.PUSHER_CLUSTER ? undefined : await takeVisits(part, after)),
    async listViewers(channel) {
      const response = await get(`/channels/${channel}/viewers`, {});
      if (response.status !== 200) throw new Error(`The push gateway answered ${response.status}.`);
      return ((await response.json()) as { viewers: string[] }).viewers;
    },
  };
}

const signedOnce = () => ({ x_nonce: randomBytes(12).toString("base64url") });

async function readCounts(response: Awaited<ReturnType<Pusher["get"]>>): Promise<Map<string, number>> {
  if (response.status !== 200) throw new Error(`The push gateway answered ${response.status}.`);
  const body = (await response.json()) as {
    channels?: Record<string, { viewer_count?: number; subscription_count?: number }>;
  };
  return new Map(
    Object.entries(body.channels ?? {}).map(([channel, info]) => [
      channel,
      info.viewer_count ?? info.subscription_count ?? 0,
    ]),
  );
}
