import { openFinanceDb, openLiveDb } from "@/db/client";
import { startHealthServer } from "@/platform/observability/health";
import { startHeartbeat } from "@/platform/observability/heartbeat";
import { createLog } from "@/platform/observability/log";
import { startMetrics } from "@/platform/observability/metrics";
import { openRedis } from "@/platform/redis/client";
import { openNotices } from "@/platform/redis/notices";
import { runUntilSignalled } from "@/platform/runtime/process";
import { listSettingWarnings } from "@/platform/settings/check-settings";
import { env } from "@/platform/settings/env";
import { createPublisher } from "@/push/publisher/publisher";
import { createSessionFetcher } from "./auth/fetch-session";
import { createSessionReader } from "./auth/read-session";
import { SessionCookies } from "./auth/session-cookies";
import { watchClock } from "./clock/watch-clock";
import { shareAnswers } from "./http/share-answers";
import { shareCalls } from "./http/share-calls";
import { findBuildDir, openStaticFiles } from "./http/static-files";
import { createWebServer } from "./http/web-server";
import { watchAlarmRules } from "./services/alarm/watch-rules";
import { categoriesChangedChannel, dropLocalCategories } from "./services/category/list-categories";
import type { Resources } from "./services/context";
import { catalogueChangedChannel, dropLocalCatalogue } from "./services/gift/catalogue";
import { watchPolicies } from "./services/policy/watch-policies";
import { listPushWarnings } from "./services/push/push-config";
import { watchSessionEnds } from "./services/push/watch-session-ends";
import { keepRecentWins } from "./services/rain/recent-wins";
import { openReaders } from "./services/read-side/readers";
import { dropLocalProducts, productsChangedChannel } from "./services/recharge/list-products";
import { followRedis } from "./services/redis-era/follow-redis";
import { watchDatabases } from "./services/restore/watch-databases";
import { watchRoomStates } from "./services/room/room-state";
import { requireRestrictedRole } from "./services/security/require-restricted-role";
import { watchIpBlocks } from "./services/security/watch-ip-blocks";
import { PageCalls } from "./site/page-calls";
import { createSiteClient } from "./site/site-client";
import { startSiteThread } from "./site/site-thread";

/** The web process: procedures and push authorisation here, pages and sign-in in a thread of their own. */
/** Connections that may wait to be accepted: Node's 511 overflow when a room's viewers all ask at once. */
const BACKLOG = 65_535;

const settings = env();
const log = createLog("web");
startMetrics("web");

const pool = {
  poolMax: settings.DATABASE_POOL_MAX,
  applicationName: "downpour-web",
  onSilence: (reason: string) => log.warn({ reason }, "a database connection was ended"),
};
const resources: Resources = {
  env: settings,
  log,
  live: openLiveDb(settings.LIVE_DATABASE_URL, pool),
  finance: openFinanceDb(settings.FINANCE_DATABASE_URL, pool),
  redis: openRedis(settings.REDIS_URL, log, { name: "web" }),
  push: createPublisher(settings),
  readers: openReaders(settings, log, pool),
};
for (const warning of [...listSettingWarnings(settings), ...listPushWarnings(settings)]) log.warn(warning);
await requireRestrictedRole(resources);
const stopFollowingRedis = followRedis(resources, () => keepRecentWins(resources));
const clock = await watchClock(resources);
const stopWatchingDatabases = watchDatabases(resources);
const stopPolicies = await watchPolicies(resources);
const stopIpBlocks = await watchIpBlocks(resources);
const notices = openNotices(settings.REDIS_URL, log);
watchRoomStates(resources, notices);
notices.listen(catalogueChangedChannel, () => dropLocalCatalogue(resources));
notices.listen(categoriesChangedChannel, () => dropLocalCategories(resources));
notices.listen(productsChangedChannel, () => dropLocalProducts(resources));

// Beside this bundle, as the build lays them.
const pageCalls = new PageCalls();
const thread = await startSiteThread(new URL("./site.mjs", import.meta.url), log, (question) =>
  pageCalls.answer(question),
);
const site = createSiteClient(thread.socketPath);
const cookies = new SessionCookies(settings);
const fetchSession = createSessionFetcher(resources.live, cookies, settings);
const readSession = createSessionReader(fetchSession, cookies, settings, notices);
const stopWatchingSessions = watchSessionEnds(resources, notices);

const buildDir = settings.NODE_ENV === "development" ? undefined : findBuildDir(process.cwd());
const staticFiles = buildDir ? openStaticFiles(buildDir) : undefined;
const { server, health, drain } = createWebServer({
  resources,
  readSession,
  site,
  readSiteWorkedMs: thread.readWorkedMs,
  pageCalls,
  staticFiles,
  clock,
});
const healthServer = await startHealthServer({
  host: settings.HEALTH_HOST,
  port: settings.HEALTH_PORT,
  health,
});
await new Promise<void>((resolve, reject) => {
  server.once("error", reject);
  server.listen({ port: settings.WEB_PORT, host: settings.BIND_HOST, backlog: BACKLOG }, resolve);
});
log.info(
  { address: server.address(), healthPort: healthServer.port, mode: settings.DOWNPOUR_MODE },
  "web is ready",
);

const stopSharing = shareAnswers(resources.redis, log);
const stopSharingCalls = shareCalls(resources.redis, log);
const { readers } = resources;
const stopWatchingRules = watchAlarmRules(resources);
const heartbeat = startHeartbeat({
  service: "web",
  node: settings.NODE_NAME,
  redis: resources.redis,
  log,
  health,
  address: { host: settings.HEALTH_HOST, port: healthServer.port },
  bundleUrl: import.meta.url,
  databases: {
    live: resources.live,
    finance: resources.finance,
    ...(readers?.live ? { "live-replica": readers.live.db } : {}),
    ...(readers?.finance ? { "finance-replica": readers.finance.db } : {}),
  },
});

runUntilSignalled(log, async () => {
  await drain();
  await Promise.all([stopSharing(), stopSharingCalls(), stopWatchingRules()]);
  await heartbeat.stop();
  await healthServer.close();
  clock.stop();
  await stopWatchingSessions();
  notices.close();
  stopWatchingDatabases();
  await Promise.all([stopPolicies(), stopIpBlocks()]);
  stopFollowingRedis();
  site.close();
  await thread.stop();
  resources.redis.disconnect();
  await Promise.all([resources.live.close(), resources.finance.close(), resources.readers?.close()]);
});
