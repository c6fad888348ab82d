import { createRequire } from "node:module";
import type createNext from "next";
import { openFinanceDb, openLiveDb } from "@/db/client";
import { createAuth } from "./auth/auth";
import { createSessionReader } from "./auth/read-session";
import { chooseSmsProvider } from "./auth/sms-provider";
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
import { watchRoomStates } from "./services/room/room-state";

type NextFactory = typeof createNext;

/** The web process: procedures, sign-in and push authorisation by ourselves, pages by Next. */
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
};
const notices = openNotices(settings.REDIS_URL, log);
watchRoomStates(resources, notices);
notices.listen(catalogueChangedChannel, () => dropLocalCatalogue(resources));

const sms = chooseSmsProvider(settings, resources.redis);
if (!sms) {
  log.error("No SMS provider is configured, so nobody can sign in by phone: set SMS_WEBHOOK_URL.");
}
const auth = createAuth(resources, sms);
const readSession = createSessionReader(auth, settings, notices);

const isDevelopment = settings.NODE_ENV === "development";
// Next is CommonJS whose default export only `require` finds under its plain name, bundled or not.
const next = createRequire(import.meta.url)("next") as NextFactory;
const pages = next({ dev: isDevelopment, dir: process.cwd() });
await pages.prepare();

const { server, drain } = createWebServer({
  resources,
  auth,
  readSession,
  pages: pages.getRequestHandler(),
});
if (isDevelopment) {
  const upgrade = pages.getUpgradeHandler();
  server.on("upgrade", (request, socket, head) => {
    upgrade(request, socket, head).catch((error: unknown) => {
      log.warn({ reason: String(error) }, "an upgrade failed");
      socket.destroy();
    });
  });
}
await new Promise<void>((resolve, reject) => {
  server.once("error", reject);
  server.listen(settings.WEB_PORT, settings.BIND_HOST, resolve);
});
log.info({ address: server.address(), mode: settings.DOWNPOUR_MODE }, "web is ready");

runUntilSignalled(log, async () => {
  await drain();
  notices.close();
  await pages.close();
  resources.redis.disconnect();
  await Promise.all([resources.live.close(), resources.finance.close()]);
});
