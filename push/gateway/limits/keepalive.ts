import type { GatewayLimits } from "./limits";

interface Liveness {
  /** When anything last came from the client. */
  receivedAtMs: number;
  /** When the ping that has no pong yet went out; undefined when none is out. */
  pingSentAtMs: number | undefined;
  bytesSincePing: number;
  /** What the operating system has not taken yet. */
  bufferedBytes: number;
}

type KeepaliveLimits = Pick<
  GatewayLimits,
  "activityTimeoutMs" | "pongTimeoutMs" | "bytesPerProbe" | "laggingAfterMs" | "bufferedBytesMax"
>;

/**
 * What to do with a socket now. The kernel takes megabytes before anything shows as buffered here, so a reader's lag
 * is measured by the round trip of a ping that stands in line behind the events.
 */
export function decideKeepalive(
  liveness: Liveness,
  limits: KeepaliveLimits,
  nowMs: number,
): "wait" | "ping" | "close" {
  if (liveness.pingSentAtMs !== undefined) {
    return nowMs - liveness.pingSentAtMs >= limits.pongTimeoutMs ? "close" : "wait";
  }
  const isSilent = nowMs - liveness.receivedAtMs >= limits.activityTimeoutMs;
  return isSilent || liveness.bytesSincePing >= limits.bytesPerProbe ? "ping" : "wait";
}

/** A lagging reader goes without low-priority events until it has caught up. */
export function isLagging(liveness: Liveness, limits: KeepaliveLimits, nowMs: number): boolean {
  if (liveness.bufferedBytes > limits.bufferedBytesMax / 4) return true;
  return (
    liveness.pingSentAtMs !== undefined &&
    liveness.bytesSincePing > 0 &&
    nowMs - liveness.pingSentAtMs >= limits.laggingAfterMs
  );
}
