import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { productionSettings } from "@/server/testing/production-settings";
import { target } from "./lib/attacker";

type Settings = Record<string, string | undefined>;

/** As whoever runs the product would set it, beside the databases and Redis of the stack. */
const good: Settings = {
  PATH: process.env.PATH,
  LIVE_DATABASE_URL: target.liveUrl,
  FINANCE_DATABASE_URL: target.financeUrl,
  REDIS_URL: target.redisUrl,
  WEB_PORT: "0",
  HEALTH_PORT: "0",
  ...productionSettings(),
};

/** Starts a bundle and waits for its end. What runs on as if all were well is ended, and says so. */
async function boot(name: string, settings: Settings): Promise<{ code: number | null; said: string }> {
  const env = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const child = spawn(process.execPath, [`dist/${name}.mjs`], { env: env as NodeJS.ProcessEnv });
  let said = "";
  const hear = (chunk: Buffer) => {
    said += chunk.toString();
    // It listens: nothing stopped it.
    if (/is ready|"listening"|taking payments|by the clock/.test(said)) child.kill("SIGKILL");
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, said };
}

const demo: Settings = { PATH: process.env.PATH, DOWNPOUR_MODE: "demo" };
const gateway: Settings = {
  PATH: process.env.PATH,
  DOWNPOUR_MODE: "production",
  PUSHER_PORT: "1",
  PUSHER_KEY: good.PUSHER_KEY,
  PUSHER_SECRET: good.PUSHER_SECRET,
};
const owner = () => ({
  LIVE_DATABASE_URL: target.liveOwnerUrl,
  FINANCE_DATABASE_URL: target.financeOwnerUrl,
});

describe.concurrent("a process with bad settings", () => {
  it.each<[string, string, Settings, string]>([
    [
      "gives coins for nothing",
      "web",
      { ...good, PAYMENT_PROVIDER: "sandbox", PAYMENT_SANDBOX_SECRET: "k".repeat(40) },
      "PAYMENT_PROVIDER",
    ],
    ["names no payment provider", "web", { ...good, PAYMENT_PROVIDER: undefined }, "PAYMENT_PROVIDER"],
    ["pays out at the sandbox", "scheduler", { ...good, PAYOUT_URL: undefined }, "PAYOUT_URL"],
    [
      "pays out without TLS",
      "scheduler",
      { ...good, PAYOUT_URL: "http://payouts.company.org" },
      "PAYOUT_URL",
    ],
    ["has x for a secret", "web", { ...good, AUTH_SECRET: "x" }, "AUTH_SECRET"],
    ["has one secret for all", "scheduler", { ...good, PAYOUT_SECRET: good.AUTH_SECRET }, "PAYOUT_SECRET"],
    [
      "has a key of nothing",
      "web",
      { ...good, BLIND_INDEX_KEY: Buffer.alloc(32).toString("base64") },
      "BLIND_INDEX_KEY",
    ],
    [
      "has a test key",
      "web",
      { ...good, STRIPE_SECRET_KEY: `sk_test_${good.AUTH_SECRET?.slice(1)}` },
      "STRIPE_SECRET_KEY",
    ],
    ["has the demo's database", "scheduler", { ...good, LIVE_DATABASE_URL: undefined }, "LIVE_DATABASE_URL"],
    [
      "has Redis elsewhere without a password",
      "web",
      { ...good, REDIS_URL: "redis://redis.company.org:6379/0" },
      "REDIS_URL",
    ],
    ["may rewrite the ledger", "web", { ...good, ...owner() }, "LIVE_DATABASE_URL"],
    [
      "may rewrite what was settled",
      "scheduler",
      { ...good, FINANCE_DATABASE_URL: owner().FINANCE_DATABASE_URL },
      "FINANCE_DATABASE_URL",
    ],
    ["has the demo's push secret", "push-gateway", { ...gateway, PUSHER_SECRET: undefined }, "PUSHER_SECRET"],
    [
      "has a further app with a weak secret",
      "push-gateway",
      { ...gateway, PUSH_APPS: '[{"id":"2","key":"k2","secret":"downpour-app-2"}]' },
      "PUSH_APPS",
    ],
    [
      "is the sandbox in production",
      "payment-sandbox",
      { ...good, PAYMENT_SANDBOX_SECRET: productionSettings().AUTH_SECRET },
      "DOWNPOUR_MODE",
    ],
    ["is a demo for everybody", "web", { ...demo, BIND_HOST: "0.0.0.0" }, "BIND_HOST"],
    ["is a demo's sandbox for everybody", "payment-sandbox", { ...demo, BIND_HOST: "0.0.0.0" }, "BIND_HOST"],
    ["is a demo's gateway for everybody", "push-gateway", { ...demo, BIND_HOST: "::" }, "BIND_HOST"],
    [
      "is a demo at a public address",
      "start",
      { ...demo, PUBLIC_URL: "https://demo.company.org" },
      "PUBLIC_URL",
    ],
    ["is in a mode that there is not", "web", { ...good, DOWNPOUR_MODE: "prod" }, "DOWNPOUR_MODE"],
  ])("does not start when it %s (%s)", async (_, name, settings, variable) => {
    const { code, said } = await boot(name, settings);
    expect([code === 0 || code === null, said.includes(variable)], said).toEqual([false, true]);
    for (const [key, value] of Object.entries(settings)) {
      if (/SECRET|_KEYS?$|DATABASE_URL/.test(key) && value && value.length > 6)
        expect(said).not.toContain(value);
    }
  });

  it("starts with good ones: the scheduler with all, the gateway with its own", async () => {
    expect((await boot("scheduler", good)).said).toContain("running jobs by the clock");
    const { said } = await boot("push-gateway", {
      ...gateway,
      PUSHER_PORT: "0" + String(40_000 + (process.pid % 20_000)),
    });
    expect(said).toContain("listening");
  });
});

describe("what npm start brings", () => {
  it("lets nobody in with the password from the documents, and shows none of its own", async () => {
    const url = new URL(target.liveUrl);
    const documented = `postgres://downpour:downpour@127.0.0.1:${url.port}/downpour_live`;
    const { said } = await boot("audit", {
      ...demo,
      ...good,
      DOWNPOUR_MODE: "demo",
      PUBLIC_URL: undefined,
      LIVE_DATABASE_URL: documented,
    });
    expect(said).toContain("password authentication failed");
    const programs = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });
    for (const address of [target.liveUrl, target.liveOwnerUrl, target.redisUrl])
      expect(programs).not.toContain(new URL(address).password);
  });
});
