import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { Redis } from "ioredis";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isAlive, readCommandLine, trySignal, waitForExit } from "./os-process";
import { findFreePort } from "./ports";
import { type PostgresServer, startPostgres } from "./postgres";
import { type RedisServer, startRedis } from "./redis";

const folder = mkdtempSync(join(tmpdir(), "downpour-services-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("embedded PostgreSQL", () => {
  let server: PostgresServer;
  const crashes: string[] = [];

  beforeAll(async () => {
    server = await startPostgres({
      dataDir: join(folder, "postgres"),
      port: 0,
      settings: { shared_buffers: "16MB" },
      onCrash: (reason) => crashes.push(reason),
    });
  });
  afterAll(() => server.stop());

  async function query<T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
    const sql = postgres(server.url("postgres"), { max: 1, onnotice: () => undefined });
    try {
      return await work(sql);
    } finally {
      await sql.end({ timeout: 1 });
    }
  }

  it("keeps what was committed when it is killed and started again", async () => {
    await query((sql) => sql`CREATE DATABASE kept`);
    const before = server.pid;
    await server.kill9();
    expect(isAlive(before)).toBe(false);
    await server.restart();
    expect(server.pid).not.toBe(before);
    expect(await query((sql) => sql`SELECT 1 AS found FROM pg_database WHERE datname = 'kept'`)).toHaveLength(
      1,
    );
    expect(crashes).toEqual([]);
  });

  it("adds to its log when it is started again: why it ended stays there", async () => {
    const before = readFileSync(server.logFile, "utf8");
    await server.kill9();
    await server.restart();
    const after = readFileSync(server.logFile, "utf8");
    expect(after.startsWith(before)).toBe(true);
    expect(after.slice(before.length)).toContain("ready to accept connections");
  });

  it("tells when it ends and nobody asked it to", async () => {
    trySignal(server.pid, "SIGKILL");
    await expect.poll(() => crashes).toEqual(["PostgreSQL ended with SIGKILL"]);
    await server.restart();
  });

  it("takes over from a server that a killed start left behind", async () => {
    const leftover = server.pid;
    const next = await startPostgres({
      dataDir: join(folder, "postgres"),
      port: 0,
      settings: { shared_buffers: "16MB" },
    });
    expect(isAlive(leftover)).toBe(false);
    expect(isAlive(next.pid)).toBe(true);
    await next.stop();
    expect(isAlive(next.pid)).toBe(false);
  });

  it("lets nobody in as the superuser", async () => {
    await server.restart();
    await expect(comeAs("postgres", "postgres")).rejects.toThrow(/password authentication failed/);
  });

  it("takes passwords of its own, kept where only their owner reads them, also for data from before", async () => {
    await query((sql) => sql`ALTER ROLE downpour PASSWORD 'downpour'`);
    await server.stop();
    // As a version left it in which the password was known to everybody.
    rmSync(join(realpathSync(join(folder, "postgres")), "downpour_roles"));
    const kept = server.passwords;
    server = await startPostgres({
      dataDir: join(folder, "postgres"),
      port: 0,
      settings: { shared_buffers: "16MB" },
      onCrash: (reason) => crashes.push(reason),
    });
    expect(server.passwords).toEqual(kept);
    expect(kept.owner).toMatch(/^[0-9a-f]{64}$/);
    expect(kept.application).not.toBe(kept.owner);
    expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
    await expect(comeAs("downpour", "downpour")).rejects.toThrow(/password authentication failed/);
    await expect(comeAs("downpour_app", "downpour")).rejects.toThrow(/password authentication failed/);
    expect(await query((sql) => sql`SELECT current_user`)).toEqual([{ current_user: "downpour" }]);
    const application = postgres(server.applicationUrl("postgres"), { max: 1 });
    expect(
      await application`SELECT rolsuper OR rolcreatedb OR rolcreaterole AS may, rolname FROM pg_roles WHERE rolname = current_user`,
    ).toEqual([{ may: false, rolname: "downpour_app" }]);
    await application.end({ timeout: 1 });
  });

  async function comeAs(user: string, password: string): Promise<void> {
    const sql = postgres({
      host: "127.0.0.1",
      port: server.port,
      database: "postgres",
      user,
      password,
      max: 1,
    });
    try {
      await sql`SELECT 1`;
    } finally {
      await sql.end({ timeout: 1 });
    }
  }
});

describe("embedded Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({ dir: join(folder, "redis"), port: 0 });
  });
  afterAll(() => server.stop());

  it("keeps what it acknowledged when it is killed and started again", async () => {
    const first = new Redis(server.url);
    await first.set("kept", "yes");
    first.disconnect();
    await server.kill9();
    await server.restart();
    const second = new Redis(server.url);
    expect(await second.get("kept")).toBe("yes");
    expect(await second.config("GET", "maxmemory-policy")).toEqual(["maxmemory-policy", "noeviction"]);
    second.disconnect();
  });

  it("adds to its log when it is started again: why it ended stays there", async () => {
    const before = readFileSync(server.logFile, "utf8");
    await server.kill9();
    await server.restart();
    const after = readFileSync(server.logFile, "utf8");
    expect(after.startsWith(before)).toBe(true);
    expect(after.length).toBeGreaterThan(before.length);
  });

  it("says why it does not start in its own words, not in those of a run before", async () => {
    await server.stop();
    const manifest = join(server.folder, "appendonlydir", "appendonly.aof.manifest");
    const kept = readFileSync(manifest);
    writeFileSync(manifest, "what is this\n");
    await expect(server.restart()).rejects.toThrow(/did not start[^]*what is this/);
    writeFileSync(manifest, kept);
    await server.restart();
  });

  it("answers nobody without its password, which stands in no argument", async () => {
    const stranger = connect(server.port, "127.0.0.1");
    stranger.write("GET kept\r\n");
    const [answer] = await once(stranger, "data");
    expect(String(answer)).toContain("-NOAUTH");
    stranger.destroy();
    const { password } = new URL(server.url);
    expect(password).toMatch(/^[0-9a-f]{64}$/);
    expect(readCommandLine(server.pid)).toContain("redis");
    expect(readCommandLine(server.pid)).not.toContain(password);
  });
});

describe("the guard", () => {
  let child: ChildProcess | undefined;
  afterEach(() => {
    if (child?.pid) trySignal(child.pid, "SIGKILL");
  });

  it("ends a service whose start was killed with kill -9", async () => {
    const script = join(folder, "start.mjs");
    await build({
      stdin: {
        contents: `import { startRedis } from "./redis";
          const redis = await startRedis({ dir: ${JSON.stringify(join(folder, "guarded"))}, port: 0 });
          console.log(redis.pid);
          setInterval(() => {}, 1_000);`,
        resolveDir: import.meta.dirname,
        loader: "ts",
      },
      outfile: script,
      bundle: true,
      platform: "node",
      format: "esm",
    });
    child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    if (!child.stdout) throw new Error("no output");
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    const redisPid = Number(line);
    expect(isAlive(redisPid)).toBe(true);
    child.kill("SIGKILL");
    expect(await waitForExit(redisPid, 10_000)).toBe(true);
  });
});

describe("ports", () => {
  it("leaves out ports that are in use or spoken for", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await once(blocker, "listening");
    const address = blocker.address();
    if (typeof address !== "object" || !address) throw new Error("no port");
    const port = await findFreePort(address.port, { taken: new Set([address.port + 1]) });
    expect(port).toBeGreaterThan(address.port + 1);
    blocker.close();
  });

  it("are never those that an outgoing connection may be given", async () => {
    const ports = await Promise.all(Array.from({ length: 200 }, () => findFreePort(0)));
    expect(new Set(ports).size).toBe(ports.length);
    expect(ports.every((port) => port >= 1_024 && port < 32_768)).toBe(true);
  });
});

it("leaves no unfinished cluster behind", () => {
  expect(existsSync(join(folder, "postgres", "new"))).toBe(false);
  expect(existsSync(join(folder, "postgres", "PG_VERSION"))).toBe(true);
});
