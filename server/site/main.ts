import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { setPriority } from "node:os";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import type createNext from "next";
import { openLiveDb } from "@/db/client";
import { createLog } from "@/platform/observability/log";
import { redirectConsole } from "@/platform/observability/redirect-console";
import { openRedis } from "@/platform/redis/client";
import { env } from "@/platform/settings/env";
import { createAuth } from "../auth/auth";
import { chooseSmsProvider } from "../services/one-time-code/sms-provider";
import { watchPolicies } from "../services/policy/watch-policies";
import { openPageQuestions } from "./ask-for-page";
import { createSiteServer } from "./site-server";
import { SITE_READY, SITE_STOP, type SiteThreadData } from "./site-thread";

type NextFactory = typeof createNext;

/** The site thread of the web process: pages by Next, sign-in by better-auth. */
const DATABASE_POOL_MAX = 4;

/** A third of what the web process' own thread gets when both want the same core. */
const NICENESS = 5;

const settings = env();
const log = createLog("site");
redirectConsole(log);
// Linux gives each thread a priority of its own; elsewhere this would slow down the gifts as well.
if (process.platform === "linux" && !isMainThread) setPriority(0, NICENESS);
const { socketPath } = workerData as SiteThreadData;
const live = openLiveDb(settings.LIVE_DATABASE_URL, {
  poolMax: Math.min(DATABASE_POOL_MAX, settings.DATABASE_POOL_MAX),
  applicationName: "downpour-site",
  onSilence: (reason) => log.warn({ reason }, "a database connection was ended"),
});
const redis = openRedis(settings.REDIS_URL, log, { name: "site" });
const resources = { env: settings, log, live, redis };
// Codes are counted here.
const stopPolicies = await watchPolicies(resources);

const sms = chooseSmsProvider(settings, redis);
if (!sms) {
  log.error("No SMS provider is configured, so nobody can sign in by phone: set SMS_WEBHOOK_URL.");
}

if (parentPort) openPageQuestions(parentPort);

// Next is CommonJS whose default export only `require` finds under its plain name, bundled or not.
const next = createRequire(import.meta.url)("next") as NextFactory;
const pages = next({ dev: settings.NODE_ENV === "development", dir: process.cwd() });
await pages.prepare();

const server = createSiteServer({
  resources,
  auth: createAuth(resources),
  sms,
  pages: pages.getRequestHandler(),
});
rmSync(socketPath, { force: true });
await new Promise<void>((resolve, reject) => {
  server.once("error", reject);
  server.listen(socketPath, resolve);
});
parentPort?.postMessage(SITE_READY);

async function stop(): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await closed;
  await pages.close();
  await stopPolicies();
  redis.disconnect();
  await live.close();
}

parentPort?.on("message", (message: unknown) => {
  if (message !== SITE_STOP) return;
  stop()
    .catch((error: unknown) => log.error({ err: error }, "the site did not stop in order"))
    .finally(() => process.exit(0));
});
