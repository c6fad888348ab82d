import Pusher from "pusher-js";
import { ROOM_BATCH_EVENT, RoomEvent, roomChannel } from "@/server/contracts/events";
import type { SignedIn } from "../../bench/lib/people";

interface PushConfig {
  key: string;
  wsHost: string;
  wsPort: number;
}

export interface WatchedRoom {
  /** The unmodified client's own. */
  readonly connection: Pusher["connection"];
  /** Whether events of the room arrive now. */
  isSubscribed(): boolean;
  close(): void;
}

/**
 * A viewer with the unmodified client library: hands on the events of one room as they arrive. `onSubscribed` is called
 * at each subscription, the first one and those after a reconnect.
 */
export async function watchRoom(
  webUrl: string,
  viewer: SignedIn,
  roomId: string,
  onEvent: (event: RoomEvent) => void,
  onSubscribed: () => void = () => undefined,
): Promise<WatchedRoom> {
  const config = (await (await fetch(`${webUrl}/api/push/config`)).json()) as PushConfig;
  const pusher = new Pusher(config.key, {
    cluster: "",
    wsHost: config.wsHost,
    wsPort: config.wsPort,
    forceTLS: false,
    enabledTransports: ["ws"],
    channelAuthorization: {
      endpoint: "",
      transport: "ajax",
      customHandler: ({ socketId, channelName }, callback) => {
        fetch(`${webUrl}/api/push/auth`, {
          method: "POST",
          headers: {
            cookie: viewer.cookie,
            origin: webUrl,
            "content-type": "application/x-www-form-urlencoded",
          },
          body: new URLSearchParams({ socket_id: socketId, channel_name: channelName }),
        })
          .then(async (response) => {
            if (!response.ok) throw new Error(`Push authorisation answered ${response.status}.`);
            callback(null, (await response.json()) as { auth: string });
          })
          .catch((error: unknown) =>
            callback(error instanceof Error ? error : new Error(String(error)), null),
          );
      },
    },
  });
  const channel = pusher.subscribe(roomChannel(roomId));
  channel.bind_global((name: string, data: unknown) => {
    if (name.startsWith("pusher:")) return;
    const events = name === ROOM_BATCH_EVENT ? (data as { events: unknown[] }).events : [data];
    for (const event of events) onEvent(RoomEvent.parse(event));
  });
  await new Promise<void>((resolve, reject) => {
    channel.bind("pusher:subscription_succeeded", () => {
      onSubscribed();
      resolve();
    });
    channel.bind("pusher:subscription_error", (error: unknown) => reject(new Error(JSON.stringify(error))));
  });
  return {
    connection: pusher.connection,
    isSubscribed: () => pusher.connection.state === "connected" && channel.subscribed,
    close: () => pusher.disconnect(),
  };
}
