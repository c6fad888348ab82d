import type { Env } from "@/platform/settings/env";
import { isLoopback, schemeOf } from "@/platform/settings/setting-addresses";

export interface PushConfig {
  key: string;
  wsHost: string;
  wsPort: number;
  forceTLS: boolean;
  channelAuthEndpoint: string;
  userAuthEndpoint: string;
}

/**
 * What is probably not meant of where pages are told to connect: from a page that came by https a browser opens no socket
 * without TLS, except to the very machine it runs on.
 */
export function listPushWarnings(env: Env): string[] {
  const { forceTLS, wsHost, wsPort } = getPushConfig(env);
  if (forceTLS || schemeOf(env.PUBLIC_URL) !== "https:" || isLoopback(wsHost)) return [];
  return [
    `PUSHER_WS_TLS is not set: pages of ${env.PUBLIC_URL} are told to connect to ${wsHost}:${wsPort} without TLS, which browsers refuse. Behind a proxy set PUSHER_WS_PORT=443 and PUSHER_WS_TLS=true`,
  ];
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
