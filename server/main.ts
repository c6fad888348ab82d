import { openFinanceDb, openLiveDb } from "@/db/client";
import { createSessionReader } from "./auth/read-session";
import { env } from "./env";
import { createWebServer } from "./http/web-server";
import { createLog } from "./observability/log";
import { startMetrics } from "./observability/metrics";
import { runUntilSignalled } from "./observability/process";
import { createPublisher } from "./push/publisher";
import { openRedis } from "./redis/client";
import { openNotices } from "./redis/notices";
import type { Resources } from "./services/context";
import { catalogueChangedChannel, dropLocalCatalogue } from "./services/gift/catalogue";
import { watchSessionEnds } from "./services/push/watch-session-ends";
import { openReaders } from "./services/read-side/readers";
import { watchRoomStates } from "./services/room/room-state";
import { createSiteClient } from "./site/site-client";
import { startSiteThread } from "./site/site-thread";

/** The web process: procedures and push authorisation here, pages and sign-in in a thread of their own. */
/** Connections that may wait to be accepted: Node's 511 overflow when a room's viewers all ask at once. */
const BACKLOG = 65_535;

const settings = env();
const log = createLog("web");
startMetrics("web");

const pool = { poolMax: settings.DATABASE_POOL_MAX, applicationName: "downpour-web" };
const resources: Resources = {
  env: settings,
  log,
  live: openLiveDb(settings.LIVE_DATABASE_URL, pool),
  finance: openFinanceDb(settings.FINANCE_DATABASE_URL, pool),
  redis: openRedis(settings.REDIS_URL, log, { name: "web" }),
  push: createPublisher(settings),
  readers: openReaders(settings, log, pool),
};
const notices = openNotices(settings.REDIS_URL, log);
watchRoomStates(resources, notices);
notices.listen(catalogueChangedChannel, () => dropLocalCatalogue(resources));

// Beside this bundle, as the build lays them.
const thread = await startSiteThread(new URL("./site.mjs", import.meta.url), log);
const site = createSiteClient(thread.socketPath);
const readSession = createSessionReader(site.fetchSession, settings, notices);
const stopWatchingSessions = watchSessionEnds(resources, notices);

const { server, drain } = createWebServer({ resources, readSession, site });
if (settings.NODE_ENV === "development") {
  server.on("upgrade", (request, socket, head) => {
    site.upgrade(request, socket, head).catch((error: unknown) => {
      log.warn({ reason: String(error) }, "an upgrade failed");
      socket.destroy();
    });
  });
}
await new Promise<void>((resolve, reject) => {
  server.once("error", reject);
  server.listen({ port: settings.WEB_PORT, host: settings.BIND_HOST, backlog: BACKLOG }, resolve);
});
log.info({ address: server.address(), mode: settings.DOWNPOUR_MODE }, "web is ready");

runUntilSignalled(log, async () => {
  await drain();
  await stopWatchingSessions();
  notices.close();
  site.close();
  await thread.stop();
  resources.redis.disconnect();
  await Promise.all([resources.live.close(), resources.finance.close(), resources.readers?.close()]);
});
