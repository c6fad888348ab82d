/** The signed-in user's own channel, as the contract in `server/contracts/events.ts` names it (kept out of the bundle: it brings zod). */
export const userChannelName = (userId: string) => `private-user-${userId}`;

/** Where and as what to connect; `GET /api/push/config`. */
export interface PushConfig {
  key: string;
  wsHost: string;
  wsPort: number;
  forceTLS: boolean;
  channelAuthEndpoint: string;
  userAuthEndpoint: string;
}

/** Throws when the server does not answer. */
export async function readPushConfig(): Promise<PushConfig> {
  const response = await fetch("/api/push/config");
  if (!response.ok) throw new Error(`/api/push/config answered ${response.status}.`);
  return (await response.json()) as PushConfig;
}
