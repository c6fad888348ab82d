import { createHash } from "node:crypto";
import { pino } from "pino";
import PusherServer from "pusher";
import type { BlockedRanges } from "@/platform/security/blocked-ranges";
import { App } from "../apps";
import { startPushGateway } from "../gateway";
import type { GatewayLimits } from "../limits/limits";
import { sign } from "../protocol/channel-auth";

export const TEST_APP = App.parse({ id: "7", key: "test-key", secret: "test-secret", clientEvents: true });

export interface TestGateway {
  port: number;
  close: () => Promise<void>;
  closeBlocked: () => void;
  /** The unmodified server library. */
  server: PusherServer;
  /** One request of the HTTP API, signed unless told otherwise. */
  request: (request: ApiRequest) => Promise<{ status: number; text: string }>;
}

interface ApiRequest {
  method?: string;
  path: string;
  /** Unescaped. */
  query?: Record<string, string | number>;
  body?: string;
  /** Sends the body in as many parts as it has bytes. */
  isByteByByte?: boolean;
  /** Replaces parts of the signed query, also after signing. */
  tamper?: Record<string, string>;
}

let sharedRedisUrl: string | undefined;

/** From now on gateways join the cluster at this Redis, unless told otherwise. */
export function shareRedis(redisUrl: string): void {
  sharedRedisUrl = redisUrl;
}

/** Another node of the cluster this gateway is in, or the gateway itself where it is alone. */
export async function startOtherNode(
  gateway: TestGateway,
  limits: Partial<GatewayLimits> = {},
): Promise<TestGateway> {
  return sharedRedisUrl === undefined ? gateway : startTestGateway(limits);
}

export async function startTestGateway(
  limits: Partial<GatewayLimits> = {},
  apps: App[] = [TEST_APP],
  redisUrl = sharedRedisUrl,
  blocked?: BlockedRanges,
): Promise<TestGateway> {
  const gateway = await startPushGateway({
    host: "127.0.0.1",
    port: 0,
    apps,
    limits: { drainMs: 0, refusalHoldMs: 0, ...limits },
    log: pino({ level: "silent" }),
    trustProxy: true,
    ...(blocked === undefined ? {} : { blocked }),
    ...(redisUrl === undefined ? {} : { cluster: { redisUrl } }),
  });
  return {
    ...gateway,
    server: newServer(gateway.port),
    request: (request) => requestApi(gateway.port, request),
  };
}

export function newServer(port: number, app: App = TEST_APP): PusherServer {
  return new PusherServer({
    appId: app.id,
    key: app.key,
    secret: app.secret,
    host: "127.0.0.1",
    port: String(port),
    useTLS: false,
    encryptionMasterKeyBase64: Buffer.alloc(32, 7).toString("base64"),
  });
}

async function requestApi(port: number, request: ApiRequest): Promise<{ status: number; text: string }> {
  const { method = "POST", path, body, isByteByByte = false } = request;
  const query: Record<string, string | number> = {
    auth_key: TEST_APP.key,
    auth_timestamp: Math.floor(Date.now() / 1000),
    auth_version: "1.0",
    ...(body === undefined ? {} : { body_md5: createHash("md5").update(body).digest("hex") }),
    ...request.query,
  };
  const sorted = Object.entries(query)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join("&");
  const signed = { ...query, auth_signature: sign(TEST_APP.secret, `${method}\n${path}\n${sorted}`) };
  const url = new URL(`http://127.0.0.1:${port}${path}`);
  for (const [key, value] of Object.entries({ ...signed, ...request.tamper })) {
    url.searchParams.set(key, value);
  }
  const parts = isByteByByte ? streamBytes(body ?? "") : body;
  const response = await fetch(url, {
    method,
    ...(parts === undefined ? {} : { body: parts, duplex: "half" }),
  });
  return { status: response.status, text: await response.text() };
}

function streamBytes(text: string): ReadableStream<Uint8Array> {
  const bytes = Buffer.from(text);
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 1) controller.enqueue(bytes.subarray(at, at + 1));
      controller.close();
    },
  });
}
