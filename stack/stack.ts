import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { migrateFinance, migrateLive } from "@/db/migrate";
import { type Balancer, startBalancer } from "./balancer";
import { type Nginx, startNginx } from "./services/nginx";
import { findFreePort } from "./services/ports";
import { type PostgresServer, startPostgres } from "./services/postgres";
import { type RedisServer, startRedis } from "./services/redis";
import { type Awaited, launchProcess, type ProcessName, type StackProcess } from "./stack-process";

/** A whole Downpour on free ports in a temporary folder: for benches, fault runs and browser tests. */
export interface Stack {
  readonly postgres: PostgresServer;
  /** Where the finance database is: the same server unless it was asked for one of its own. */
  readonly financePostgres: PostgresServer;
  readonly redis: RedisServer;
  /** As the role of the application, like the processes. */
  readonly liveUrl: string;
  readonly financeUrl: string;
  /** As the role that owns the tables. */
  readonly liveOwnerUrl: string;
  readonly financeOwnerUrl: string;
  readonly webPort: number;
  readonly webUrl: string;
  readonly pushPort: number;
  /**
   * Starts a process from its bundle and resolves when it is ready. `web` and `push-gateway` run at most once at a time
   * unless the stack is balanced.
   */
  start(name: ProcessName, env?: Record<string, string>, awaited?: Awaited): Promise<StackProcess>;
  /** The settings processes of this stack run with. */
  env(extra?: Record<string, string>): Record<string, string>;
  /** What became of every process and what each said last, for a failing test to show. */
  describe(): string;
  /** Ends everything and removes the folder. */
  close(): Promise<void>;
}

const LINES_DESCRIBED = 20;

export interface StackOptions {
  /** Settings of every process. */
  env?: Record<string, string>;
  postgresSettings?: Record<string, string>;
  appendfsync?: "always" | "everysec" | "no";
  /** Keeps the finance database on a PostgreSQL server of its own. */
  separateFinance?: boolean;
  /**
   * Several web processes may run behind `webPort`, and several gateways, joined through Redis, behind `pushPort`. By `nginx`
   * with the files of `deploy/`: two of each at most, and a new one takes the place of one that has ended.
   */
  balanced?: boolean | "nginx";
}

/** Behind nginx each process has one of these places. */
const PLACES = 2;

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), "downpour-stack-"));
  const startServer = (name: string) =>
    startPostgres({ dataDir: join(folder, name), port: 0, settings: options.postgresSettings });
  const [liveServer, ownFinanceServer, redis] = await Promise.all([
    startServer("postgres"),
    options.separateFinance ? startServer("postgres-finance") : undefined,
    startRedis({ dir: join(folder, "redis"), port: 0, appendfsync: options.appendfsync }),
  ]);
  const financeServer = ownFinanceServer ?? liveServer;
  const liveOwnerUrl = await createDatabase(liveServer, "downpour_live");
  const financeOwnerUrl = await createDatabase(financeServer, "downpour_finance");
  const liveUrl = liveServer.applicationUrl("downpour_live");
  const financeUrl = financeServer.applicationUrl("downpour_finance");
  await Promise.all([migrateLive(liveOwnerUrl, liveUrl), migrateFinance(financeOwnerUrl, financeUrl)]);
  const balancers =
    options.balanced === true
      ? { web: await startBalancer(), "push-gateway": await startBalancer() }
      : undefined;
  const behind = options.balanced === "nginx" ? await startBehindNginx() : undefined;
  const webPort = behind?.nginx.port ?? balancers?.web.port ?? (await findFreePort(0));
  const pushPort = behind?.nginx.publishPort ?? balancers?.["push-gateway"].port ?? (await findFreePort(0));
  const sandboxPort = await findFreePort(0);
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
    PAYMENT_SANDBOX_PORT: String(sandboxPort),
    PAYMENT_SANDBOX_URL: `http://localhost:${sandboxPort}`,
    PUSH_REDIS_URL: redis.url,
    ...(behind ? { TRUST_PROXY: "true", PUSHER_WS_PORT: String(webPort) } : {}),
    ...options.env,
    ...extra,
  });

  /** The port a process serves on, and the settings and the balancer that follow from it. */
  async function place(name: ProcessName): Promise<Placement> {
    if (name === "payment-sandbox") return { port: sandboxPort, settings: {} };
    if (name !== "web" && name !== "push-gateway") return { port: await findFreePort(0), settings: {} };
    const setting = name === "web" ? "WEB_PORT" : "PUSHER_PORT";
    if (behind) {
      const port = behind.take(name);
      return { port, settings: { [setting]: String(port) }, balancer: behind.places[name] };
    }
    if (!balancers) return { port: name === "web" ? webPort : pushPort, settings: {} };
    const port = await findFreePort(0);
    return { port, settings: { [setting]: String(port) }, balancer: balancers[name] };
  }

  return {
    postgres: liveServer,
    financePostgres: financeServer,
    redis,
    liveUrl,
    financeUrl,
    liveOwnerUrl,
    financeOwnerUrl,
    webPort,
    webUrl,
    pushPort,
    env,
    async start(name, extra = {}, awaited = "ready") {
      const { port, settings, balancer } = await place(name);
      const isServing = name === "web" || name === "push-gateway" || name === "payment-sandbox";
      const health = isServing ? await findFreePort(0) : port;
      const started = await launchProcess(
        name,
        { serving: port, health },
        env({ HEALTH_PORT: String(health), NODE_NAME: `${name}-${port}`, ...settings, ...extra }),
        () => balancer?.remove(port),
        awaited,
      );
      balancer?.add(port);
      running.add(started);
      return started;
    },
    describe: () =>
      [...running]
        .map(({ name, pid, exitCode, output }) => {
          const end = exitCode === null ? "" : ` ended with ${exitCode}`;
          return [`── ${name} ${pid}${end}`, ...output.slice(-LINES_DESCRIBED)].join("\n");
        })
        .join("\n"),
    async close() {
      await Promise.all([...running].map((p) => p.stop()));
      await Promise.all([
        liveServer.stop(),
        ownFinanceServer?.stop(),
        redis.stop(),
        behind?.nginx.stop(),
        ...Object.values(balancers ?? {}).map((balancer) => balancer.close()),
      ]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Placement {
  port: number;
  settings: Record<string, string>;
  balancer?: Pick<Balancer, "add" | "remove">;
}

/** nginx with a place for each of two web processes and gateways, which are not there yet. */
async function startBehindNginx() {
  const findPorts = () => Promise.all(Array.from({ length: PLACES }, () => findFreePort(0)));
  const [web, push] = [await findPorts(), await findPorts()];
  const nginx: Nginx = await startNginx({ web, push, perAddress: "unlimited" });
  const places = { web: openPlaces(web), "push-gateway": openPlaces(push) };
  return { nginx, places, take: (name: keyof typeof places) => places[name].take() };
}

function openPlaces(ports: readonly number[]) {
  const taken = new Set<number>();
  return {
    take() {
      const port = ports.find((one) => !taken.has(one));
      if (port === undefined) throw new Error(`nginx has ${ports.length} places, and all are taken.`);
      taken.add(port);
      return port;
    },
    add: () => undefined,
    remove: (port: number) => void taken.delete(port),
  };
}

/** Returns the address of the new, empty database, as its owner. */
async function createDatabase(server: PostgresServer, name: string): Promise<string> {
  const sql = postgres(server.url("postgres"), { max: 1 });
  try {
    await sql`CREATE DATABASE ${sql(name)}`;
  } finally {
    await sql.end();
  }
  return server.url(name);
}
