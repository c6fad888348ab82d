import { randomUUID } from "node:crypto";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis } from "@/db/testing/create-test-redis";
import { createLog } from "@/platform/observability/log";
import { signMessage } from "@/platform/security/signed-message";
import { findFreePort } from "@/stack/services/ports";
import { ApiClient } from "@/testkit/api-client";
import type { Mischief } from "@/workers/payment-sandbox/notifier";
import { type Sandbox, startSandbox } from "@/workers/payment-sandbox/server";
import { startWebHarness, type WebHarness } from "./web-harness";

export const SANDBOX_SECRET = "the-sandbox-secret-of-this-test";

export interface RechargeHarness {
  web: WebHarness;
  sandbox: Sandbox;
  databases: TestDatabases;
  /** Ends the sandbox and starts another at the same address, with the same memory. */
  restartSandbox(mischief?: "none" | "silent"): Promise<void>;
  close(): Promise<void>;
}

/** A sandbox that calls nobody unless it is told whom. */
export async function startTestSandbox(
  options: { port?: number; callbackUrl?: string; mischief?: Mischief; file?: string } = {},
): Promise<Sandbox> {
  const log = createLog("sandbox-test");
  log.level = "silent";
  return startSandbox({
    host: "127.0.0.1",
    port: 0,
    callbackUrl: "http://127.0.0.1:9/",
    secret: SANDBOX_SECRET,
    mischief: "silent",
    payouts: { callbackUrl: "http://127.0.0.1:9/", secret: SANDBOX_SECRET },
    log,
    ...options,
  });
}

/** A web process and a payment sandbox that know each other, over empty services. */
export async function startRechargeHarness(
  options: { mischief?: "none" | "silent"; sandboxFile?: string; settings?: Record<string, string> } = {},
): Promise<RechargeHarness> {
  const [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  const webPort = await findFreePort(0);
  const publicUrl = `http://localhost:${webPort}`;
  const open = (port: number, mischief: "none" | "silent") =>
    startTestSandbox({
      port,
      mischief,
      callbackUrl: `${publicUrl}/api/callbacks/payment`,
      file: options.sandboxFile,
    });
  const harness = {
    databases,
    sandbox: await open(0, options.mischief ?? "none"),
    async restartSandbox(mischief: "none" | "silent" = "none") {
      const { port } = new URL(harness.sandbox.url);
      await harness.sandbox.close();
      harness.sandbox = await open(Number(port), mischief);
    },
  };
  const web = await startWebHarness(
    { ...databases, ...redis },
    {
      WEB_PORT: String(webPort),
      PUBLIC_URL: publicUrl,
      PAYMENT_SANDBOX_URL: harness.sandbox.url,
      PAYMENT_SANDBOX_SECRET: SANDBOX_SECRET,
      RATE_LIMIT_RECHARGE: "100000/1",
      RATE_LIMIT_USER: "100000/1",
      RATE_LIMIT_ANONYMOUS: "100000/1",
      ...options.settings,
    },
  );
  return Object.assign(harness, {
    web,
    async close() {
      await harness.sandbox.close();
      await web.close();
      await Promise.all([databases.drop(), redis.drop()]);
    },
  });
}

export const PAYMENT_CALLBACK_PATH = "/api/callbacks/payment";

/** A callback as the sandbox signs it, with what a test wants to be wrong about it. */
export function composeCallback(
  facts: Record<string, unknown>,
  options: { nonce?: string; timestampMs?: number; secret?: string } = {},
): { body: string; headers: Record<string, string> } {
  const body = JSON.stringify({ kind: "paid", reason: null, ...facts });
  const headers = signMessage(options.secret ?? SANDBOX_SECRET, {
    method: "POST",
    path: PAYMENT_CALLBACK_PATH,
    body,
    timestampMs: options.timestampMs ?? Date.now(),
    nonce: options.nonce ?? randomUUID(),
  });
  return { body, headers: { ...headers, "content-type": "application/json" } };
}

export async function sendCallback(
  url: string,
  { body, headers }: { body: string; headers: Record<string, string> },
): Promise<{ status: number; outcome: string | undefined; error: string | undefined }> {
  const response = await fetch(url + PAYMENT_CALLBACK_PATH, { method: "POST", headers, body });
  const json = (await response.json()) as { outcome?: string; error?: { name: string } };
  return { status: response.status, outcome: json.outcome, error: json.error?.name };
}

/** A new viewer, signed in. */
export async function signInViewer(url: string, phone: string): Promise<ApiClient & { userId: string }> {
  const client = new ApiClient(url);
  await client.signInByPhone(phone);
  const me = await client.query<{ userId: string }>("session.me");
  return Object.assign(client, { userId: me.data.userId });
}
