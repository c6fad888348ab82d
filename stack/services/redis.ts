import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { basename, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { guard, unguard } from "./guard";
import { keepLogBounded, type OpenLog, openLogFile } from "./log-file";
import { isAlive, readCommandLine, trySignal, waitForExit } from "./os-process";
import { keepPassword } from "./passwords";
import { findFreePort } from "./ports";
import { getRedisBinary } from "./redis-binary";
import { tailOfFile } from "./tail";

/** Reading a large append-only file back takes a while. */
const START_MS_MAX = 120_000;
const STOP_MS_MAX = 20_000;
const PING_MS_MAX = 1_000;

export interface RedisOptions {
  dir: string;
  /** The first free port from here upwards is used; 0 lets the system choose. */
  port: number;
  /** How often the append-only file is flushed; `always` unless told: a gift that was accepted survives a power cut. */
  appendfsync?: "always" | "everysec" | "no";
  /** Further settings as `name: value`, for example `{ "cluster-enabled": "yes" }`. */
  settings?: Record<string, string>;
  /** Made and kept beside the data unless given. */
  password?: string;
  onNotice?: (text: string) => void;
  /** Called when the server ends and nobody asked it to. */
  onCrash?: (reason: string) => void;
}

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** A new one after each `restart`. */
  readonly pid: number;
  /** Where the data really is; the append-only log in `appendonlydir`. */
  readonly folder: string;
  readonly logFile: string;
  kill9(): Promise<void>;
  /** Brings the server up again on the same port and data, stopping it first when it still runs. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts Redis (or Valkey) on 127.0.0.1 with an append-only file and without eviction, and resolves when it answers.
 * @throws Error with one sentence and the end of the server's log.
 */
export async function startRedis(options: RedisOptions): Promise<RedisServer> {
  const onNotice = options.onNotice ?? (() => undefined);
  const binary = getRedisBinary(onNotice);
  const logFile = `${resolve(options.dir)}.log`;
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  const folder = realpathSync(options.dir);
  const pidFile = join(folder, "redis.pid");
  await endLeftover(pidFile, folder);

  const port = await findFreePort(options.port);
  if (options.port !== 0 && port !== options.port)
    onNotice(`Port ${options.port} is taken; Redis uses ${port}.`);
  const settings: Record<string, string> = {
    bind: "127.0.0.1",
    port: String(port),
    dir: folder,
    pidfile: pidFile,
    daemonize: "no",
    appendonly: "yes",
    appendfsync: options.appendfsync ?? "always",
    save: "",
    // A gift writes a kilobyte of log: at 64 MB, which is the default, it would be rewritten every few seconds under load.
    "auto-aof-rewrite-min-size": "256mb",
    "maxmemory-policy": "noeviction",
    ...options.settings,
  };
  const password = options.password ?? keepPassword(options.dir, basename(resolve(options.dir)));
  // Arguments of a program can be read by everybody on the machine; this file cannot.
  const secretFile = join(folder, "secret.conf");
  writeFileSync(secretFile, `requirepass ${password}\n`, { mode: 0o600 });
  const args = [secretFile, ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])];

  let child: ChildProcess | undefined;
  let isStopping = false;
  let stopWatchingLog = () => {};

  const launch = async () => {
    stopWatchingLog();
    stopWatchingLog = keepLogBounded(logFile);
    const log = openLogFile(logFile);
    const started = spawnServer(binary, args, folder, log);
    child = started;
    isStopping = true; // Until it is ready, an exit is reported by the error below, not as a crash.
    started.once("exit", (code, signal) => {
      if (started.pid) unguard(started.pid);
      if (!isStopping && child === started) options.onCrash?.(`Redis ended with ${signal ?? code}`);
    });
    const failure = await waitUntilReady(started, port, password);
    isStopping = false;
    if (failure)
      throw new Error(
        `Redis did not start on port ${port}: ${failure}\n${tailOfFile(logFile, 8, log.fromByte)}`,
      );
  };

  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    const pid = child?.pid;
    if (!pid || !isAlive(pid)) return;
    isStopping = true;
    trySignal(pid, signal);
    if (!(await waitForExit(pid, STOP_MS_MAX))) {
      trySignal(pid, "SIGKILL");
      await waitForExit(pid, STOP_MS_MAX);
    }
    unguard(pid);
  };

  await launch();
  return {
    port,
    url: `redis://:${password}@127.0.0.1:${port}/0`,
    get pid() {
      return child?.pid ?? 0;
    },
    folder,
    logFile,
    kill9: () => end("SIGKILL"),
    restart: async () => {
      await end("SIGTERM");
      await launch();
    },
    stop: async () => {
      await end("SIGTERM");
      stopWatchingLog();
    },
  };
}

/** A start that was killed may leave its server running on this very folder; two would spoil the append-only file. */
async function endLeftover(pidFile: string, folder: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, "utf8").trim());
  if (Number.isInteger(pid) && pid > 1 && isAlive(pid) && isRedisOf(pid, folder)) {
    trySignal(pid, "SIGTERM");
    if (!(await waitForExit(pid, STOP_MS_MAX))) {
      trySignal(pid, "SIGKILL");
      await waitForExit(pid, STOP_MS_MAX);
    }
  }
  rmSync(pidFile, { force: true });
}

function isRedisOf(pid: number, folder: string): boolean {
  if (!/(redis|valkey)-server/.test(readCommandLine(pid))) return false;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder;
  } catch {
    return process.platform !== "linux";
  }
}

function spawnServer(binary: string, args: string[], folder: string, log: OpenLog): ChildProcess {
  try {
    // Its own session: Ctrl-C in the terminal must reach the workers first.
    const child = spawn(binary, args, {
      cwd: folder,
      stdio: ["ignore", log.descriptor, log.descriptor],
      detached: true,
    });
    if (child.pid) guard(child.pid, "redis");
    return child;
  } finally {
    log.close();
  }
}

async function waitUntilReady(
  child: ChildProcess,
  port: number,
  password: string,
): Promise<string | undefined> {
  let failure: string | undefined;
  child.once("error", (error) => {
    failure = error.message;
  });
  child.once("exit", (code, signal) => {
    failure = `it ended with ${signal ?? code}`;
  });
  const deadline = Date.now() + START_MS_MAX;
  while (!failure) {
    if (await answersPing(port, password)) return failure;
    if (Date.now() > deadline) return `it was not ready after ${START_MS_MAX / 1000} s`;
    await delay(20);
  }
  return failure;
}

/** While it still reads its data back, Redis answers `-LOADING` instead of `+PONG`. */
function answersPing(port: number, password: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: "127.0.0.1" });
    let answer = "";
    const finish = (isReady: boolean) => {
      socket.destroy();
      done(isReady);
    };
    socket.setTimeout(PING_MS_MAX, () => finish(false));
    socket.once("error", () => finish(false));
    socket.once("connect", () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on("data", (data) => {
      answer += data.toString();
      const lines = answer.split("\r\n");
      if (lines.length > 2) finish(lines[0] === "+OK" && lines[1] === "+PONG");
    });
  });
}
