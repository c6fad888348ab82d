/** The signed-in user's own channel, as the contract in `domain/contracts/events.ts` names it (kept out of the bundle: it brings zod). */
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

/** A network that swallows everything must not keep a connection waiting for its settings. */
const ANSWER_MS_MAX = 8_000;

/** Throws when the server does not answer. */
export async function readPushConfig(): Promise<PushConfig> {
  const response = await fetch("/api/push/config", { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  if (!response.ok) throw new Error(`/api/push/config answered ${response.status}.`);
  return (await response.json()) as PushConfig;
}
