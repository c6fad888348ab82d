import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFinanceDb, openLiveDb } from "@/db/client";
import type { BizErrorShape } from "@/domain/contracts/errors";
import { createLog } from "@/platform/observability/log";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import { openNotices } from "@/platform/redis/notices";
import { type Env, parseEnv } from "@/platform/settings/env";
import { createAuth } from "../auth/auth";
import { createSessionFetcher } from "../auth/fetch-session";
import { createSessionReader } from "../auth/read-session";
import { SessionCookies } from "../auth/session-cookies";
import { createWebServer } from "../http/web-server";
import { createPublisher } from "../push/publisher";
import type { Resources } from "../services/context";
import { chooseSmsProvider } from "../services/one-time-code/sms-provider";
import { watchSessionEnds } from "../services/push/watch-session-ends";
import { keepRecentWins } from "../services/rain/recent-wins";
import { followRedis } from "../services/redis-era/follow-redis";
import { watchRoomStates } from "../services/room/room-state";
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
  const fetchSession = createSessionFetcher(resources.live, cookies);
  const readSession = createSessionReader(fetchSession, cookies, env, notices);
  const stopWatchingSessions = watchSessionEnds(resources, notices);
  const { server, drain } = createWebServer({ resources, readSession, site });
  await waitForRedis(resources.redis, 5_000);
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
      stopFollowingRedis();
      resources.redis.disconnect();
      await Promise.all([resources.live.close(), resources.finance.close()]);
    },
  };
}

export interface ApiAnswer<T = unknown> {
  status: number;
  data: T;
  error: BizErrorShape | undefined;
  headers: Headers;
}

/** A browser's worth of cookies and the wire format of our procedures. */
export class ApiClient {
  readonly cookies = new Map<string, string>();
  /** False for a client that sends its cookies but never takes new ones. */
  keepsCookies = true;

  constructor(
    readonly url: string,
    readonly headers: Record<string, string> = {},
  ) {}

  cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ ...this.headers, ...(init.headers as Record<string, string>) });
    if (this.cookies.size > 0) headers.set("cookie", this.cookieHeader());
    const response = await fetch(this.url + path, { ...init, headers, redirect: "manual" });
    if (this.keepsCookies) for (const line of response.headers.getSetCookie()) this.keep(line);
    return response;
  }

  private keep(line: string): void {
    const [pair = "", ...attributes] = line.split("; ");
    const at = pair.indexOf("=");
    const name = pair.slice(0, at);
    const isGone = attributes.some((attribute) => attribute.toLowerCase() === "max-age=0");
    if (isGone) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(at + 1));
  }

  postJson(path: string, body: unknown): Promise<Response> {
    return this.fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  async query<T = unknown>(procedure: string, input?: unknown): Promise<ApiAnswer<T>> {
    const search = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
    return readAnswer<T>(await this.fetch(`/api/trpc/${procedure}${search}`));
  }

  async mutate<T = unknown>(procedure: string, input: unknown): Promise<ApiAnswer<T>> {
    return readAnswer<T>(await this.postJson(`/api/trpc/${procedure}`, input));
  }

  /** Signs in with the code that the development inbox holds. */
  async signInByPhone(phoneNumber: string): Promise<void> {
    const sent = await this.postJson("/api/auth/phone-number/send-otp", { phoneNumber });
    if (!sent.ok) throw new Error(`send-otp answered ${sent.status}: ${await sent.text()}`);
    const inbox = await this.fetch(`/api/dev/inbox?phone=${encodeURIComponent(phoneNumber)}`);
    const { code } = (await inbox.json()) as { code: string };
    const verified = await this.postJson("/api/auth/phone-number/verify", { phoneNumber, code });
    if (!verified.ok) throw new Error(`verify answered ${verified.status}: ${await verified.text()}`);
  }

  async signInAsGuest(): Promise<void> {
    const response = await this.postJson("/api/auth/sign-in/anonymous", {});
    if (!response.ok) throw new Error(`sign-in/anonymous answered ${response.status}`);
  }
}

async function readAnswer<T>(response: Response): Promise<ApiAnswer<T>> {
  const body = (await response.json()) as {
    result?: { data?: T };
    error?: { data?: { biz?: BizErrorShape } } & Partial<BizErrorShape>;
  };
  return {
    status: response.status,
    data: body.result?.data as T,
    error: body.error?.data?.biz ?? (body.error as BizErrorShape | undefined),
    headers: response.headers,
  };
}
