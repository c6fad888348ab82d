import Pusher from "pusher-js";
import { ROOM_BATCH_EVENT, RoomEvent, roomChannel } from "@/server/contracts/events";
import type { SignedIn } from "../../bench/lib/people";

interface PushConfig {
  key: string;
  wsHost: string;
  wsPort: number;
}

/** A viewer with the unmodified client library: collects the events of one room as they arrive. */
export async function watchRoom(
  webUrl: string,
  viewer: SignedIn,
  roomId: string,
  onEvent: (event: RoomEvent) => void,
): Promise<{ close(): void }> {
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
    channel.bind("pusher:subscription_succeeded", () => resolve());
    channel.bind("pusher:subscription_error", (error: unknown) => reject(new Error(JSON.stringify(error))));
  });
  return { close: () => pusher.disconnect() };
}
