import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
import { migrateFinance, migrateLive } from "@/db/migrate";
import { waitForExit } from "../services/os-process";
import { findFreePort } from "../services/ports";
import { type PostgresServer, startPostgres } from "../services/postgres";
import { type RedisServer, startRedis } from "../services/redis";

const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 15_000;
/** Lines of a process's output kept for a failing test to show. */
const OUTPUT_LINES_KEPT = 200;

export type ProcessName = "web" | "push-gateway" | "gift-debit" | "settlement";

/** One running bundle of the product. */
export interface StackProcess {
  readonly name: ProcessName;
  readonly pid: number;
  /** Address of its own HTTP server (health and metrics; for web and push everything). */
  readonly url: string;
  readonly output: readonly string[];
  signal(signal: NodeJS.Signals): void;
  /** Ends it at once, like a crash, and waits until it is gone. */
  kill9(): Promise<void>;
  /** Ends it politely. */
  stop(): Promise<void>;
}

/** A whole Downpour on free ports in a temporary folder: for benches, fault runs and browser tests. */
export interface Stack {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly liveUrl: string;
  readonly financeUrl: string;
  readonly webPort: number;
  readonly webUrl: string;
  readonly pushPort: number;
  /** Starts a process from its bundle and resolves when it is ready. Start `push-gateway` and `web` at most once at a time. */
  start(name: ProcessName, env?: Record<string, string>): Promise<StackProcess>;
  /** The settings processes of this stack run with. */
  env(extra?: Record<string, string>): Record<string, string>;
  /** Ends everything and removes the folder. */
  close(): Promise<void>;
}

export interface StackOptions {
  /** Settings of every process. */
  env?: Record<string, string>;
  postgresSettings?: Record<string, string>;
  appendfsync?: "always" | "everysec" | "no";
}

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), "downpour-stack-"));
  const [server, redis] = await Promise.all([
    startPostgres({ dataDir: join(folder, "postgres"), port: 0, settings: options.postgresSettings }),
    startRedis({ dir: join(folder, "redis"), port: 0, appendfsync: options.appendfsync }),
  ]);
  const liveUrl = server.url("downpour_live");
  const financeUrl = server.url("downpour_finance");
  await createDatabases(server);
  await Promise.all([migrateLive(liveUrl), migrateFinance(financeUrl)]);
  const webPort = await findFreePort(0);
  const pushPort = await findFreePort(0);
  const webUrl = `http://localhost:${webPort}`;
  const running = new Set<StackProcess>();

  const env = (extra: Record<string, string> = {}): Record<string, string> => ({
    NODE_ENV: "production",
    LOG_LEVEL: "info",
    LIVE_DATABASE_URL: liveUrl,
    FINANCE_DATABASE_URL: financeUrl,
    REDIS_URL: redis.url,
    WEB_PORT: String(webPort),
    PUBLIC_URL: webUrl,
    PUSHER_PORT: String(pushPort),
    ...options.env,
    ...extra,
  });

  return {
    postgres: server,
    redis,
    liveUrl,
    financeUrl,
    webPort,
    webUrl,
    pushPort,
    env,
    async start(name, extra = {}) {
      const ownPort = name === "web" ? webPort : name === "push-gateway" ? pushPort : await findFreePort(0);
      const started = await launch(
        name,
        ownPort,
        env({ HEALTH_PORT: String(ownPort), NODE_NAME: name, ...extra }),
      );
      running.add(started);
      return started;
    },
    async close() {
      await Promise.all([...running].map((p) => p.stop()));
      await Promise.all([server.stop(), redis.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function createDatabases(server: PostgresServer): Promise<void> {
  const sql = postgres(server.url("postgres"), { max: 1 });
  try {
    await sql`CREATE DATABASE downpour_live`;
    await sql`CREATE DATABASE downpour_finance`;
  } finally {
    await sql.end();
  }
}

async function launch(name: ProcessName, port: number, env: Record<string, string>): Promise<StackProcess> {
  const file = join("dist", `${name}.mjs`);
  if (!existsSync(file)) throw new Error(`${file} is missing; run "npm run build" first.`);
  const child: ChildProcess = spawn(process.execPath, ["--enable-source-maps", file], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  const keep = (chunk: Buffer) => {
    output.push(...chunk.toString().split("\n").filter(Boolean));
    if (output.length > OUTPUT_LINES_KEPT) output.splice(0, output.length - OUTPUT_LINES_KEPT);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started.`);
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(name, child, url, output);
  return {
    name,
    pid,
    url,
    output,
    signal: (signal) => {
      child.kill(signal);
    },
    async kill9() {
      child.kill("SIGKILL");
      await waitForExit(pid, STOP_MS_MAX);
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // A process that a test has stopped must go on before it can end.
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      if (!(await waitForExit(pid, STOP_MS_MAX))) child.kill("SIGKILL");
    },
  };
}

async function waitUntilReady(
  name: string,
  child: ChildProcess,
  url: string,
  output: readonly string[],
): Promise<void> {
  const until = Date.now() + READY_MS_MAX;
  while (Date.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`${name} ended while it started:\n${output.join("\n")}`);
    }
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    await delay(50);
  }
  child.kill("SIGKILL");
  throw new Error(`${name} was not ready in time:\n${output.join("\n")}`);
}
