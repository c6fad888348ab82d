import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFinanceDb, openLiveDb } from "@/db/client";
import { createLog } from "@/platform/observability/log";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import { openNotices } from "@/platform/redis/notices";
import { type Env, parseEnv } from "@/platform/settings/env";
import { createPublisher } from "@/push/publisher/publisher";
import { createAuth } from "../auth/auth";
import { createSessionFetcher } from "../auth/fetch-session";
import { createSessionReader } from "../auth/read-session";
import { SessionCookies } from "../auth/session-cookies";
import { createWebServer } from "../http/web-server";
import type { Resources } from "../services/context";
import { chooseSmsProvider } from "../services/one-time-code/sms-provider";
import { watchPolicies } from "../services/policy/watch-policies";
import { watchSessionEnds } from "../services/push/watch-session-ends";
import { keepRecentWins } from "../services/rain/recent-wins";
import { followRedis } from "../services/redis-era/follow-redis";
import { watchRoomStates } from "../services/room/room-state";
import { watchIpBlocks } from "../services/security/watch-ip-blocks";
import { createSiteClient } from "../site/site-client";
import { createSiteServer } from "../site/site-server";

export interface WebHarness {
  url: string;
  env: Env;
  resources: Resources;
  close(): Promise<void>;
}

/**
 * A whole web process but its pages, on a port of its own, over the given services. Nothing listens where it publishes
 * unless `PUSHER_PORT` says so: that push is away must never matter.
 */
export async function startWebHarness(
  services: { liveUrl: string; financeUrl: string; redisUrl: string },
  settings: Record<string, string> = {},
): Promise<WebHarness> {
  const env = parseEnv({
    LOG_LEVEL: "silent",
    LIVE_DATABASE_URL: services.liveUrl,
    FINANCE_DATABASE_URL: services.financeUrl,
    REDIS_URL: services.redisUrl,
    PUSHER_PORT: "9",
    ...settings,
  });
  const log = createLog("web-test");
  log.level = env.LOG_LEVEL;
  const pool = { poolMax: 4, applicationName: "downpour-test" };
  const resources: Resources = {
    env,
    log,
    live: openLiveDb(env.LIVE_DATABASE_URL, pool),
    finance: openFinanceDb(env.FINANCE_DATABASE_URL, pool),
    redis: openRedis(env.REDIS_URL, log, { name: "web-test" }),
    push: createPublisher(env),
  };
  const stopFollowingRedis = followRedis(resources, () => keepRecentWins(resources));
  const stopPolicies = await watchPolicies(resources);
  const stopIpBlocks = await watchIpBlocks(resources);
  const notices = openNotices(env.REDIS_URL, log);
  watchRoomStates(resources, notices);
  const siteServer = createSiteServer({
    resources,
    auth: createAuth(resources),
    sms: chooseSmsProvider(env, resources.redis),
    pages: (_request, response) => void response.end("a page"),
  });
  const siteFolder = mkdtempSync(join(tmpdir(), "downpour-site-"));
  const socketPath = join(siteFolder, "site.sock");
  await new Promise<void>((resolve) => siteServer.listen(socketPath, resolve));
  const site = createSiteClient(socketPath);
  const cookies = new SessionCookies(env);
  const fetchSession = createSessionFetcher(resources.live, cookies, env);
  const readSession = createSessionReader(fetchSession, cookies, env, notices);
  const stopWatchingSessions = watchSessionEnds(resources, notices);
  const { server, drain } = createWebServer({ resources, readSession, site });
  await waitForRedis(resources.redis, 20_000);
  await new Promise<void>((resolve) => server.listen(Number(settings.WEB_PORT ?? 0), "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    env,
    resources,
    async close() {
      server.closeIdleConnections();
      await drain();
      await stopWatchingSessions();
      site.close();
      await new Promise<void>((resolve) => siteServer.close(() => resolve()));
      rmSync(siteFolder, { recursive: true, force: true });
      notices.close();
      await Promise.all([stopPolicies(), stopIpBlocks()]);
      stopFollowingRedis();
      resources.redis.disconnect();
      await Promise.all([resources.live.close(), resources.finance.close()]);
    },
  };
}
