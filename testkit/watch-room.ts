import { ROOM_BATCH_EVENT, RoomEvent, roomChannel } from "@/domain/contracts/events";
import { openPusherAs, readPushConfigOf } from "./open-pusher-as";
import type { SignedIn } from "./people";

/** A viewer with the unmodified client library: hands on the events of one room as they arrive. */
export async function watchRoom(
  webUrl: string,
  viewer: SignedIn,
  roomId: string,
  onEvent: (event: RoomEvent) => void,
): Promise<{ close(): void }> {
  const pusher = openPusherAs(webUrl, viewer, await readPushConfigOf(webUrl));
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
