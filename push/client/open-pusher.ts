import type Pusher from "pusher-js";
import type { PushConfig } from "./push-config";

/** A line on which nothing has come for the first is asked, and given up when no answer comes within the second. */
const ACTIVITY_TIMEOUT_MS = 20_000;
const PONG_TIMEOUT_MS = 4_000;

/** Connects the unmodified client library. It is loaded only when a page listens. */
export async function openPusher(config: PushConfig): Promise<Pusher> {
  const { default: PusherClient } = await import("pusher-js");
  return new PusherClient(config.key, {
    // The type asks for a cluster of the hosted service; the host below is what counts.
    cluster: "self",
    wsHost: config.wsHost,
    wsPort: config.wsPort,
    wssPort: config.wsPort,
    forceTLS: config.forceTLS,
    activityTimeout: ACTIVITY_TIMEOUT_MS,
    pongTimeout: PONG_TIMEOUT_MS,
    enabledTransports: ["ws", "wss"],
    channelAuthorization: { endpoint: config.channelAuthEndpoint, transport: "ajax" },
    userAuthentication: { endpoint: config.userAuthEndpoint, transport: "ajax" },
  });
}
