import { startHealthServer } from "@/platform/observability/health";
import { startHeartbeat } from "@/platform/observability/heartbeat";
import { createLog } from "@/platform/observability/log";
import { startMetrics } from "@/platform/observability/metrics";
import { openRedis } from "@/platform/redis/client";
import { runUntilSignalled } from "@/platform/runtime/process";
import { BlockedRanges } from "@/platform/security/blocked-ranges";
import { listSettingWarnings } from "@/platform/settings/check-settings";
import { env, isDemoMode } from "@/platform/settings/env";
import { readApps, requireStrongSecrets } from "@/push/gateway/apps";
import { startPushGateway } from "@/push/gateway/gateway";
import { watchIpBlocks } from "./watch-ip-blocks";

const settings = env("push-gateway");
const log = createLog("push-gateway");
startMetrics("push-gateway");

for (const warning of listSettingWarnings(settings)) log.warn(warning);
const apps = readApps(settings);
requireStrongSecrets(settings, apps);
const blocked = new BlockedRanges();
const gateway = await startPushGateway({
  host: settings.BIND_HOST,
  port: settings.PUSHER_PORT,
  apps,
  ...(settings.PUSH_API_PORT === undefined
    ? {}
    : { api: { host: settings.PUSH_API_HOST, port: settings.PUSH_API_PORT } }),
  limits: {
    tickMs: settings.PUSH_TICK_MS,
    connectionsMax: settings.PUSH_CONNECTIONS_MAX,
    connectsPerSecondMax: settings.PUSH_CONNECTS_PER_SECOND_MAX,
    refusalHoldMs: settings.PUSH_REFUSAL_HOLD_MS,
    connectionsPerAddressMax: settings.PUSH_CONNECTIONS_PER_ADDRESS_MAX,
    connectsPerAddressPerSecond: settings.PUSH_CONNECTS_PER_ADDRESS_PER_SECOND_MAX,
    requestsPerAddressMax: settings.PUSH_REQUESTS_PER_ADDRESS_MAX,
    mistakesPerAddressPerSecond: settings.PUSH_MISTAKES_PER_ADDRESS_PER_SECOND_MAX,
    eventDataBytesMax: settings.PUSH_EVENT_DATA_BYTES_MAX,
    httpBodyBytesMax: settings.PUSH_BODY_BYTES_MAX,
    bufferedBytesMax: settings.PUSH_BUFFERED_BYTES_MAX,
    activityTimeoutMs: settings.PUSH_ACTIVITY_TIMEOUT_SECONDS * 1000,
    pongTimeoutMs: settings.PUSH_PONG_TIMEOUT_SECONDS * 1000,
    lowPriorityEvents: settings.PUSH_LOW_PRIORITY_EVENTS.split(",").filter((name) => name !== ""),
    drainMs: settings.PUSH_DRAIN_MS,
  },
  log,
  blocked,
  trustProxy: settings.TRUST_PROXY,
  isProduction: !isDemoMode(settings),
  ...(settings.PUSH_REDIS_URL === ""
    ? {}
    : { cluster: { redisUrl: settings.PUSH_REDIS_URL, nodeId: settings.NODE_NAME } }),
});
log.info({ port: gateway.port, apiPort: gateway.apiPort, apps: apps.map((app) => app.id) }, "listening");
const health = await startHealthServer({
  host: settings.HEALTH_HOST,
  port: settings.HEALTH_PORT,
  health: gateway.health,
});
/** To be seen among the processes of the platform, and to hear whom they turn away: clients and publishers never wait for this Redis. */
const redis = openRedis(settings.REDIS_URL, log, { name: "push-gateway" });
const stopIpBlocks = watchIpBlocks({ redis, log, blocked, closeBlocked: gateway.closeBlocked });
const heartbeat = startHeartbeat({
  service: "push-gateway",
  node: settings.NODE_NAME,
  redis,
  log,
  health: gateway.health,
  address: { host: settings.HEALTH_HOST, port: health.port },
  bundleUrl: import.meta.url,
});
runUntilSignalled(log, async () => {
  await gateway.close();
  await Promise.all([heartbeat.stop(), stopIpBlocks()]);
  redis.disconnect();
  await health.close();
});
