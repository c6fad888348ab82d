import type { Env } from "@/platform/settings/env";

export interface PushConfig {
  key: string;
  wsHost: string;
  wsPort: number;
  forceTLS: boolean;
  channelAuthEndpoint: string;
  userAuthEndpoint: string;
}

/** What `pusher-js` needs to connect, besides the page it runs in. */
export function getPushConfig(env: Env): PushConfig {
  return {
    key: env.PUSHER_KEY,
    wsHost: env.PUSHER_WS_HOST ?? new URL(env.PUBLIC_URL).hostname,
    wsPort: env.PUSHER_WS_PORT ?? env.PUSHER_PORT,
    forceTLS: env.PUSHER_WS_TLS ?? env.PUSHER_TLS,
    channelAuthEndpoint: "/api/push/auth",
    userAuthEndpoint: "/api/push/user-auth",
  };
}
