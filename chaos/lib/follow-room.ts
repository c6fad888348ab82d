import { closeGap, ingestRoomEvents, startRoomEventLog } from "@/components/room/room-events";
import type { RoomEvent, RoomEventsAfter } from "@/server/contracts/events";
import type { SignedIn } from "../../bench/lib/people";
import { trpcGet } from "../../bench/lib/trpc";
import { watchRoom } from "./watch-room";

/** How often a client asks for what it may have missed, as the room page does while push is away. */
const ASK_MS = 3_000;
/** Only a gap that stays is asked for. */
const GAP_GRACE_MS = 250;

/** A viewer with the room page's own event log over the unmodified push client, and nothing to look at. */
export interface Follower {
  /** Each event as it was shown, in order. */
  readonly shown: readonly RoomEvent[];
  /** Everything up to this number was shown or does not exist. */
  readonly contiguousSeq: number;
  /** How many of the shown events came live. */
  readonly pushedCount: number;
  /** Set when more was missed than the server keeps. */
  readonly isTruncated: boolean;
  /** Of the connection on which events of the room arrive now; null without one. */
  readonly socketId: string | null;
  close(): void;
}

/** Follows a room from now on; resolves when live events arrive. */
export async function followRoom(webUrl: string, viewer: SignedIn, roomId: string): Promise<Follower> {
  const ask = <T>(procedure: string, input: object) => trpcGet<T>(webUrl, procedure, input, viewer.cookie);
  const { latestSeq } = await ask<{ latestSeq: number }>("room.get", { roomId });
  let log = startRoomEventLog(latestSeq);
  const shown: RoomEvent[] = [];
  let pushedCount = 0;
  let isTruncated = false;
  let isAsking = false;
  let gapTimer: NodeJS.Timeout | undefined;

  const take = (events: readonly RoomEvent[], source: "push" | "replay") => {
    const result = ingestRoomEvents(log, events, source, Date.now());
    log = result.log;
    shown.push(...result.delivered.map(({ event }) => event));
    if (source === "push") pushedCount += result.delivered.length;
    if (result.replayAfterSeq === null) return;
    gapTimer ??= setTimeout(() => {
      gapTimer = undefined;
      void catchUp();
    }, GAP_GRACE_MS);
  };

  async function catchUp(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    try {
      const answer = await ask<RoomEventsAfter>("room.eventsAfter", { roomId, seq: log.contiguousSeq });
      isTruncated ||= answer.truncated;
      take(answer.events, "replay");
      log = closeGap(log, answer.latestSeq);
    } catch {
      // The next turn asks again.
    } finally {
      isAsking = false;
    }
  }

  const asking = setInterval(() => void catchUp(), ASK_MS);
  const room = await watchRoom(
    webUrl,
    viewer,
    roomId,
    (event) => take([event], "push"),
    () => void catchUp(),
  );
  return {
    shown,
    get contiguousSeq() {
      return log.contiguousSeq;
    },
    get pushedCount() {
      return pushedCount;
    },
    get isTruncated() {
      return isTruncated;
    },
    get socketId() {
      return room.isSubscribed() ? room.connection.socket_id : null;
    },
    close() {
      clearInterval(asking);
      clearTimeout(gapTimer);
      room.close();
    },
  };
}
