import type Pusher from "pusher-js";

/** The signed-in user's own channel, as the contract in `server/contracts/events.ts` names it (kept out of the bundle: it brings zod). */
export const userChannelName = (userId: string) => `private-user-${userId}`;

interface PushConfig {
  key: string;
  wsHost: string;
  wsPort: number;
  forceTLS: boolean;
  channelAuthEndpoint: string;
  userAuthEndpoint: string;
}

/** Opens a push connection with the settings of this server. Loaded only when a page listens. */
export async function openPush(): Promise<Pusher> {
  const [{ default: PusherClient }, config] = await Promise.all([import("pusher-js"), readPushConfig()]);
  return new PusherClient(config.key, {
    // The type asks for a cluster of the hosted service; the host below is what counts.
    cluster: "self",
    wsHost: config.wsHost,
    wsPort: config.wsPort,
    wssPort: config.wsPort,
    forceTLS: config.forceTLS,
    enabledTransports: ["ws", "wss"],
    channelAuthorization: { endpoint: config.channelAuthEndpoint, transport: "ajax" },
    userAuthentication: { endpoint: config.userAuthEndpoint, transport: "ajax" },
  });
}

async function readPushConfig(): Promise<PushConfig> {
  const response = await fetch("/api/push/config");
  if (!response.ok) throw new Error(`/api/push/config answered ${response.status}.`);
  return (await response.json()) as PushConfig;
}
