import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureDatabase } from "@/db/migrate";
import { type Env, isDemoMode } from "@/platform/settings/env";
import { findParent, readCommandLine } from "@/stack/services/os-process";
import { examineSettings } from "./lib/examine-settings";
import { describeFinding } from "./lib/format-findings";
import { migrateAll } from "./lib/migrate-all";
import { seedDemo } from "./seed-demo";
import { seedHistory } from "./seed-history";
import { formatBanner } from "./start/banner";
import { type ConsoleLog, createConsoleLog } from "./start/console-log";
import { type ManagedProcess, startManagedProcess } from "./start/managed-process";
import { planPorts } from "./start/plan-ports";
import { waitUntilReady } from "./start/readiness";
import { findRunning, removeRunning, writeRunning } from "./start/running-file";
import { type Services, startServices } from "./start/services";
import { readStartSettings, type StartSettings, usesHostedPush, usesPaymentSandbox } from "./start/settings";
import { watchBundles } from "./start/watch-bundles";

/** `npm start`, second half: services, migrations, seed, then every process, until somebody stops it. */

const DIST = fileURLToPath(new URL(".", import.meta.url));
const READY_MS_MAX = 120_000;
const PARENT_POLL_MS = 1_000;

const log = createConsoleLog({
  write: (text) => process.stdout.write(text),
  isColoured: process.env.FORCE_COLOR
    ? process.env.FORCE_COLOR !== "0"
    : !process.env.NO_COLOR && process.stdout.isTTY,
});
// A terminal that went away must not stop the shutdown that its going away causes.
process.stdout.on("error", () => undefined);

let services: Services | undefined;
const processes: ManagedProcess[] = [];
let stopping: Promise<void> | undefined;
let settings: StartSettings | undefined;
let ownsDataDir = false;

function stop(reason: string, exitCode: number): Promise<void> {
  stopping ??= (async () => {
    log.info("start", `stopping (${reason})`);
    await Promise.all(processes.map((managed) => managed.stop()));
    await services?.stop();
    if (settings && ownsDataDir) removeRunning(settings.dataDir);
    log.info("start", "stopped");
    process.exit(exitCode);
  })().catch((error: unknown) => {
    log.error("start", "could not stop everything in order", { reason: String(error) });
    // The guard ends what is left.
    process.exit(1);
  });
  return stopping;
}

function stopOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (!stopping) void stop(signal, 0);
      else log.info("start", "still stopping; end me with kill -9 if it must be now");
    });
  }
  const onCrash = (error: unknown) => {
    log.error("start", "unexpected error", { reason: error instanceof Error ? error.stack : String(error) });
    void stop("unexpected error", 1);
  };
  process.on("uncaughtException", onCrash);
  process.on("unhandledRejection", onCrash);
  stopWithNpm();
}

/**
 * When npm started us and is killed, nobody tells us; our parent then becomes another process. npm may have put a shell
 * in between, which stays behind; then it is the shell's parent that changes.
 */
function stopWithNpm(): void {
  if (!process.env.npm_lifecycle_event) return;
  const isShellBetween = /^\S*sh -c /.test(readCommandLine(process.ppid));
  const readAncestors = () => `${process.ppid} ${isShellBetween ? findParent(process.ppid) : ""}`;
  const ancestors = readAncestors();
  setInterval(() => {
    if (readAncestors() !== ancestors) void stop("npm is gone", 0);
  }, PARENT_POLL_MS).unref();
}

function listProcesses(current: StartSettings): string[] {
  const names = JSON.parse(readFileSync(join(DIST, "processes.json"), "utf8")) as string[];
  const unused = new Set<string>();
  if (usesHostedPush(current)) unused.add("push-gateway");
  if (!usesPaymentSandbox(current)) unused.add("payment-sandbox");
  if (!isDemoMode(current.env)) unused.add("simulator");
  return names.filter((name) => !unused.has(name));
}

async function migrate(current: Services, env: Env): Promise<void> {
  const startedAt = performance.now();
  if (current.isPostgresEmbedded) {
    await ensureDatabase(current.liveOwnerUrl);
    await ensureDatabase(current.financeOwnerUrl);
  }
  await migrateAll(current, env);
  log.info("start", "databases are up to date", { tookMs: Math.round(performance.now() - startedAt) });
}

async function seed(current: Services): Promise<void> {
  const startedAt = performance.now();
  await seedDemo({ liveUrl: current.liveUrl, financeUrl: current.financeUrl });
  const gifts = await seedHistory({ liveUrl: current.liveUrl });
  if (gifts > 0) log.info("start", "a month of gifts is in place", { gifts });
  log.info("start", "demo data is in place", { tookMs: Math.round(performance.now() - startedAt) });
}

/** Says what does not fit, beside everything else that starts; nothing is held up by it. */
async function sayWhatDoesNotFit(env: Env): Promise<void> {
  const findings = await examineSettings(env, "before-start");
  for (const finding of findings) {
    // What is odd about settings each process says itself.
    if (finding.outcome === "fits" || finding.check === "settings" || stopping) continue;
    const { says, mend } = describeFinding(finding);
    log[finding.outcome === "fault" ? "error" : "warn"]("doctor", says, { mend });
  }
}

/** How this machine reaches what listens there. */
function toLocalHost(bindHost: string): string {
  return bindHost === "0.0.0.0" || bindHost === "::" ? "127.0.0.1" : bindHost;
}

async function waitForAll(urls: Record<string, string>, consoleLog: ConsoleLog): Promise<void> {
  const results = await Promise.all(
    Object.entries(urls).map(async ([name, url]) => {
      const result = await waitUntilReady(`${url}/readyz`, {
        waitMs: READY_MS_MAX,
        isGivenUp: () => !!stopping,
      });
      if (result.ok) consoleLog.info("start", `${name} is ready`);
      return { name, result };
    }),
  );
  const late = results.flatMap(({ name, result }) => (result.ok ? [] : [`${name} (${result.reason})`]));
  if (late.length > 0 && !stopping) {
    throw new Error(`Not ready after ${READY_MS_MAX / 1000} s: ${late.join(", ")}`);
  }
}

async function main(): Promise<void> {
  stopOnSignals();
  const current = readStartSettings(process.env);
  settings = current;
  const { env, dataDir } = current;
  const isDevelopment = process.argv.includes("--watch");

  const running = findRunning(dataDir);
  if (running) {
    throw new Error(
      `Downpour already runs here as process ${running.pid}; stop that first, or set DATA_DIR to start a second one.`,
    );
  }
  services = await startServices(current, log);
  if (stopping) return;
  const names = listProcesses(current);
  const ports = await planPorts(current, names, (text) => log.info("start", text));
  const publicUrl = current.given.PUBLIC_URL ?? `http://localhost:${ports.web}`;
  const shared = {
    LIVE_DATABASE_URL: services.liveUrl,
    FINANCE_DATABASE_URL: services.financeUrl,
    REDIS_URL: services.redisUrl,
    PUSH_REDIS_URL: current.given.PUSH_REDIS_URL ?? services.redisUrl,
    WEB_PORT: String(ports.web),
    PUSHER_PORT: String(usesHostedPush(current) ? env.PUSHER_PORT : ports.push),
    PUBLIC_URL: publicUrl,
    PAYMENT_SANDBOX_PORT: String(ports.sandbox),
    PAYMENT_SANDBOX_URL:
      current.given.PAYMENT_SANDBOX_URL ?? `http://${new URL(publicUrl).hostname}:${ports.sandbox}`,
    PAYMENT_SANDBOX_FILE: current.given.PAYMENT_SANDBOX_FILE ?? join(dataDir, "payment-sandbox.jsonl"),
    NODE_ENV: isDevelopment ? ("development" as const) : ("production" as const),
  };
  const localHost = toLocalHost(env.BIND_HOST);
  const healthUrls = Object.fromEntries(
    names.map((name) => [name, `http://${toLocalHost(env.HEALTH_HOST)}:${ports.health[name]}`]),
  );
  // Commands may need the owner's addresses; processes never do.
  const noted = {
    ...shared,
    DOWNPOUR_MODE: env.DOWNPOUR_MODE,
    ALLOW_PUBLIC_DEMO_WITH_FREE_COINS: String(env.ALLOW_PUBLIC_DEMO_WITH_FREE_COINS),
    ALLOW_PLAINTEXT_ON_PRIVATE_NETWORK: String(env.ALLOW_PLAINTEXT_ON_PRIVATE_NETWORK),
    LIVE_OWNER_DATABASE_URL: services.liveOwnerUrl,
    FINANCE_OWNER_DATABASE_URL: services.financeOwnerUrl,
  };
  ownsDataDir = writeRunning(dataDir, noted, healthUrls);

  await migrate(services, env);
  if (env.DOWNPOUR_MODE === "demo") await seed(services);
  if (stopping) return;
  const { LIVE_DATABASE_URL, FINANCE_DATABASE_URL, REDIS_URL, PUSH_REDIS_URL } = shared;
  sayWhatDoesNotFit({ ...env, LIVE_DATABASE_URL, FINANCE_DATABASE_URL, REDIS_URL, PUSH_REDIS_URL }).catch(
    (error: unknown) => log.warn("doctor", "could not look", { reason: String(error) }),
  );

  for (const name of names) {
    const healthPort = ports.health[name] ?? 0;
    const nodeName = current.given.NODE_NAME ?? `${name}-1`;
    const processEnv: NodeJS.ProcessEnv = {
      ...current.given,
      ...shared,
      HEALTH_PORT: String(healthPort),
      NODE_NAME: nodeName,
    };
    delete processEnv.LIVE_OWNER_DATABASE_URL;
    delete processEnv.FINANCE_OWNER_DATABASE_URL;
    processes.push(startManagedProcess({ name, file: join(DIST, `${name}.mjs`), env: processEnv, log }));
  }
  if (isDevelopment) {
    watchBundles(DIST, [...names, "site"], (bundle) => {
      // The site is a thread of the web process.
      const name = bundle === "site" ? "web" : bundle;
      log.info("start", `${bundle} changed; restarting ${name}`);
      void processes.find((managed) => managed.name === name)?.restart();
    });
  }
  await waitForAll(healthUrls, log);
  if (stopping) return;
  log.print(
    formatBanner({
      webUrl: publicUrl,
      pushUrl: usesHostedPush(current) ? env.PUSHER_HOST : `ws://${localHost}:${ports.push}`,
      health: healthUrls,
      dataDir,
      isDemo: env.DOWNPOUR_MODE === "demo",
      readyMs: process.uptime() * 1000,
    }),
  );
}

main().catch(async (error: unknown) => {
  if (stopping) return;
  const reason = error instanceof Error ? error.message : String(error);
  log.error("start", reason);
  // For whoever keeps only this, as test runners do.
  if (!process.stdout.isTTY) process.stderr.write(`Downpour could not start: ${reason}\n`);
  await stop("could not start", 1);
});
