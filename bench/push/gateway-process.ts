import { monitorEventLoopDelay } from "node:perf_hooks";
import { pino } from "pino";
import { App } from "@/push/gateway/apps";
import { startPushGateway } from "@/push/gateway/gateway";
import type { GatewayLimits } from "@/push/gateway/limits/limits";
import { readMemory } from "./read-memory";
import { serveParent } from "./serve-parent";

const APP = App.parse({ id: "1", key: "bench-key", secret: "bench-secret", subscriptionCounts: false });

export interface GatewayStart {
  command: "start";
  /** 0 or nothing: any free port. */
  port?: number;
  limits?: Partial<GatewayLimits>;
  /** For `loop-delay`; it wakes the process a thousand times a second, so not where nothing asks. */
  watchesLoop?: boolean;
  /** Joins it with the others that have the same Redis. */
  redisUrl?: string;
}

const loopDelay = monitorEventLoopDelay({ resolution: 1 });

/** The gateway as it is, by itself. */
serveParent<GatewayStart | { command: "memory" } | { command: "loop-delay" }>(async (request) => {
  if (request.command === "memory") return readMemory();
  if (request.command === "loop-delay") {
    const toMs = (nanos: number) => nanos / 1e6;
    return { p99Ms: toMs(loopDelay.percentile(99)), maxMs: toMs(loopDelay.max) };
  }
  if (request.watchesLoop) loopDelay.enable();
  const { port } = await startPushGateway({
    host: "127.0.0.1",
    port: request.port ?? 0,
    apps: [APP],
    limits: { connectionsMax: 100_000, ...request.limits },
    log: pino({ level: "silent" }),
    ...(request.redisUrl ? { cluster: { redisUrl: request.redisUrl, nodeId: `bench-${process.pid}` } } : {}),
  });
  return { port };
});
