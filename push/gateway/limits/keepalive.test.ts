import { describe, expect, it } from "vitest";
import { decideKeepalive, isLagging } from "./keepalive";
import { DEFAULT_LIMITS } from "./limits";

const QUIET = { receivedAtMs: 0, pingSentAtMs: undefined, bytesSincePing: 0, bufferedBytes: 0 };
const { activityTimeoutMs, pongTimeoutMs, bytesPerProbe, laggingAfterMs, bufferedBytesMax } = DEFAULT_LIMITS;

describe("decideKeepalive", () => {
  it("waits while the client has been heard", () => {
    expect(decideKeepalive(QUIET, DEFAULT_LIMITS, activityTimeoutMs - 1)).toBe("wait");
  });

  it("pings a silent client", () => {
    expect(decideKeepalive(QUIET, DEFAULT_LIMITS, activityTimeoutMs)).toBe("ping");
  });

  it("sends a probe behind many bytes, however lively the client is", () => {
    expect(decideKeepalive({ ...QUIET, bytesSincePing: bytesPerProbe }, DEFAULT_LIMITS, 1)).toBe("ping");
  });

  it("closes when no pong came, even if other messages did", () => {
    const pinged = { ...QUIET, pingSentAtMs: 1_000, receivedAtMs: 1_000 + pongTimeoutMs };
    expect(decideKeepalive(pinged, DEFAULT_LIMITS, 1_000 + pongTimeoutMs - 1)).toBe("wait");
    expect(decideKeepalive(pinged, DEFAULT_LIMITS, 1_000 + pongTimeoutMs)).toBe("close");
  });
});

describe("isLagging", () => {
  it("is told by bytes that pile up or by a ping that is long out behind events", () => {
    expect(isLagging(QUIET, DEFAULT_LIMITS, 0)).toBe(false);
    expect(isLagging({ ...QUIET, bufferedBytes: bufferedBytesMax }, DEFAULT_LIMITS, 0)).toBe(true);
    const probed = { ...QUIET, pingSentAtMs: 0, bytesSincePing: 1 };
    expect(isLagging(probed, DEFAULT_LIMITS, laggingAfterMs - 1)).toBe(false);
    expect(isLagging(probed, DEFAULT_LIMITS, laggingAfterMs)).toBe(true);
  });
});
