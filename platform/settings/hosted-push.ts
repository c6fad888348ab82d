/** What hosted Pusher's documentation says of its clusters, and a tick that merges what it bills by. */
export function hostedPushDefaults(cluster: string | undefined): Record<string, string> {
  if (!cluster) return {};
  return {
    PUSHER_HOST: `api-${cluster}.pusher.com`,
    PUSHER_PORT: "443",
    PUSHER_TLS: "true",
    PUSHER_WS_HOST: `ws-${cluster}.pusher.com`,
    PUSHER_WS_PORT: "443",
    PUSHER_WS_TLS: "true",
    PUSH_MERGE_MS: "200",
  };
}
