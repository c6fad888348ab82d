import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { guard, unguard } from "./guard";
import { isRoot } from "./identity";
import { waitForExit } from "./os-process";
import { findFreePort } from "./ports";
import { findProgram, installWithApt } from "./programs";
import { tailOfFile } from "./tail";

const EXAMPLE = resolve("deploy/nginx");
const START_MS_MAX = 10_000;
const STOP_MS_MAX = 5_000;

export interface NginxOptions {
  /** Ports of web processes on this machine. */
  web: readonly number[];
  /** Ports of push gateways on this machine. */
  push: readonly number[];
  /** Gifts and claims under way in each web process; as in the example unless told. */
  giftSlots?: number;
  /** What one address may ask for; as in the example unless told. A crowd that comes from one address needs it `unlimited`. */
  perAddress?: "unlimited" | { burst: number; connections: number };
  /** Addresses and ranges that are turned away. */
  blocked?: readonly string[];
  /** Where it listens; any free port unless told. */
  port?: number;
}

export interface Nginx {
  readonly port: number;
  /** Where processes publish to whichever gateway is there. */
  readonly publishPort: number;
  stop(): Promise<void>;
}

/**
 * Starts nginx on a free port of 127.0.0.1 with the files of `deploy/nginx`, in which only addresses and paths are this machine's.
 * Installs it from the system's packages when it is missing and we may.
 * @throws Error with one sentence, and the end of nginx' log when it did not start.
 */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const program = getProgram();
  const folder = mkdtempSync(join(tmpdir(), "downpour-nginx-"));
  cpSync(EXAMPLE, folder, { recursive: true });
  const port = options.port ?? (await findFreePort(0));
  const publishPort = await findFreePort(0);
  const logFile = join(folder, "error.log");
  const configFile = join(folder, "nginx.conf");
  const example = readFileSync(configFile, "utf8");
  writeFileSync(configFile, localize(example, { ...options, port, publishPort, folder }));
  if (options.perAddress)
    for (const file of [configFile, join(folder, "downpour", "locations.conf")])
      writeFileSync(file, boundAddresses(readFileSync(file, "utf8"), options.perAddress));
  if (options.blocked)
    writeFileSync(
      join(folder, "downpour", "blocked.conf"),
      options.blocked.map((one) => `deny ${one};\n`).join(""),
    );
  const child = spawn(program, ["-p", folder, "-c", configFile, "-e", logFile, "-g", "daemon off;"], {
    stdio: "ignore",
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} could not be started.`);
  // It ends with us, also when nobody stops it.
  guard(pid, "worker");
  child.once("close", () => unguard(pid));
  try {
    await waitUntilItListens(child, port, logFile);
  } catch (error) {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    port,
    publishPort,
    async stop() {
      child.kill("SIGTERM");
      await waitForExit(pid, STOP_MS_MAX);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function getProgram(): string {
  const found = findProgram(["nginx"]);
  if (found) return found;
  if (isRoot() && findProgram(["apt-get"])) {
    installWithApt("nginx-light");
    const installed = findProgram(["nginx"]);
    if (installed) return installed;
  }
  throw new Error("nginx is missing: install it with the packages of your system.");
}

interface Localized extends NginxOptions {
  port: number;
  publishPort: number;
  folder: string;
}

const UNLIMITED = { burst: 100_000, connections: 65_000, rate: 1_000_000 };

function boundAddresses(text: string, perAddress: NonNullable<NginxOptions["perAddress"]>): string {
  // With a burst told, nothing flows out of it while a test counts.
  const { burst, connections, rate } = perAddress === "unlimited" ? UNLIMITED : { ...perAddress, rate: 1 };
  return text
    .replace(/(?<= rate=)\d+(?=r\/s)/, String(rate))
    .replace(/(?<= burst=)\d+/, String(burst))
    .replaceAll(/(?<=limit_conn downpour_connections )\d+/g, String(connections));
}

function localize(example: string, at: Localized): string {
  const places: Record<string, readonly number[]> = { 3000: at.web, 6001: at.push };
  let text = example;
  if (at.giftSlots !== undefined)
    text = text.replace(/(?<=upstream downpour_gifts \{[^}]*?max_conns=)\d+/, String(at.giftSlots));
  text = text.replace(/^( *server 127\.0\.0\.1:)(\d+)(.*)$/gm, (_line, start, place, rest) =>
    (places[place] ?? []).map((port) => `${start}${port}${rest}`).join("\n"),
  );
  for (const [from, to] of [
    ["worker_processes auto;", `worker_processes auto;\npid nginx.pid;\n${isRoot() ? "user root;\n" : ""}`],
    [
      "  include       mime.types;\n",
      `  default_type application/octet-stream;\n${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map((what) => `  ${what}_temp_path ${join(at.folder, what)};\n`)
        .join("")}`,
    ],
    ["listen 80 backlog=4096;", `listen 127.0.0.1:${at.port} backlog=4096;`],
    ["listen 127.0.0.1:6010;", `listen 127.0.0.1:${at.publishPort};`],
    ["proxy_cache_path /var/cache/nginx/downpour ", `proxy_cache_path ${join(at.folder, "cache")} `],
  ] as const) {
    if (text.split(from).length !== 2)
      throw new Error(`deploy/nginx/nginx.conf has "${from.trim()}" not once.`);
    text = text.replace(from, () => to);
  }
  return text;
}

async function waitUntilItListens(child: ChildProcess, port: number, logFile: string): Promise<void> {
  const untilMs = performance.now() + START_MS_MAX;
  while (child.exitCode === null && performance.now() < untilMs) {
    if (await canConnect(port)) return;
    await delay(20);
  }
  throw new Error(`nginx did not start: it ended with ${child.exitCode}.\n${tailOfFile(logFile, 10)}`);
}

const canConnect = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
