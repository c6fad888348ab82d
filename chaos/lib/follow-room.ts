import type Pusher from "pusher-js";
import { type RoomEvent, type RoomEventsAfter, roomChannel } from "@/domain/contracts/events";
import { PushConnection } from "@/push/client/push-connection";
import { startRoomEventLog, unpackRoomMessage } from "@/push/client/room-event-log";
import { RoomFeed } from "@/push/client/room-feed";
import { openPusherAs, readPushConfigOf } from "@/testkit/open-pusher-as";
import type { SignedIn } from "@/testkit/people";
import { trpcGet } from "@/testkit/trpc";

/** How often the room is asked, as the room page does. */
const ASK_MS = 3_000;

/** A viewer with everything of the room page that listens, and nothing to look at. */
export interface Follower {
  /** Each event as it was shown, in order. */
  readonly shown: readonly RoomEvent[];
  /** Everything up to this number was shown or does not exist. */
  readonly contiguousSeq: number;
  /** Numbers of the events that came live; the others were asked for. */
  readonly pushedSeqs: ReadonlySet<number>;
  /** Set when more was missed than the server keeps. */
  readonly isTruncated: boolean;
  /** Of the connection on which events of the room arrive now; null without one. */
  readonly socketId: string | null;
  close(): void;
}

/** Follows a room from now on; resolves when live events arrive. */
export async function followRoom(webUrl: string, viewer: SignedIn, roomId: string): Promise<Follower> {
  const ask = <T>(procedure: string, input: object) => trpcGet<T>(webUrl, procedure, input, viewer.cookie);
  const readLatestSeq = async () => (await ask<{ latestSeq: number }>("room.get", { roomId })).latestSeq;
  const channel = roomChannel(roomId);
  const shown: RoomEvent[] = [];
  const pushedSeqs = new Set<number>();
  let isTruncated = false;
  let client: Pusher | undefined;

  const latestSeq = await readLatestSeq();
  const feed = new RoomFeed(
    {
      readAfter: (seq) => ask<RoomEventsAfter>("room.eventsAfter", { roomId, seq }),
      reload: () => {
        isTruncated = true;
        return readLatestSeq();
      },
      onEvents: (delivered) => shown.push(...delivered.map(({ event }) => event)),
      onCaughtUp: () => undefined,
      isFinal: () => false,
      onRefused: () => undefined,
    },
    latestSeq,
    startRoomEventLog(latestSeq),
  );
  const connection = new PushConnection({
    readConfig: () => readPushConfigOf(webUrl),
    open: async (config) => {
      client = openPusherAs(webUrl, viewer, config);
      return client;
    },
  });
  await new Promise<void>((resolve) => {
    connection.subscribe(channel, {
      onSubscribed: () => {
        void feed.replay();
        resolve();
      },
      onEvent: (name, data) => {
        const events = unpackRoomMessage(name, data);
        for (const { seq } of events) pushedSeqs.add(seq);
        feed.push(events);
      },
    });
  });
  let wasSubscribed = true;
  connection.onChange(() => {
    const isSubscribed = connection.isSubscribed(channel);
    if (wasSubscribed && !isSubscribed) feed.lost();
    wasSubscribed = isSubscribed;
  });
  const asking = setInterval(() => {
    if (!connection.isSubscribed(channel)) void feed.replay();
    else
      readLatestSeq().then(
        (seq) => feed.notice(seq),
        () => undefined,
      );
  }, ASK_MS);
  return {
    shown,
    get contiguousSeq() {
      return feed.log.contiguousSeq;
    },
    pushedSeqs,
    get isTruncated() {
      return isTruncated;
    },
    get socketId() {
      return connection.isSubscribed(channel) ? (client?.connection.socket_id ?? null) : null;
    },
    close() {
      clearInterval(asking);
      feed.stop();
      connection.close();
    },
  };
}
