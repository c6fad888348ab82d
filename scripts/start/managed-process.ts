import type { ChildProcess } from "node:child_process";
import { nodeArgs } from "@/stack/services/node-args";
import { trySignal, waitForExit } from "@/stack/services/os-process";
import { startNode } from "@/stack/start-node";
import { backOffMs } from "./back-off";
import type { ConsoleLog } from "./console-log";
import { readLines } from "./read-lines";

/** Longer than the drain time of a process (`platform/runtime/process.ts`), which ends itself after that. */
const STOP_MS_MAX = 12_000;
/** A process that ran this long has recovered; its next end starts the back-off anew. */
const HEALTHY_MS_MIN = 30_000;

export interface ManagedProcessOptions {
  name: string;
  /** The bundle to run. */
  file: string;
  env: NodeJS.ProcessEnv;
  log: ConsoleLog;
}

export interface ManagedProcess {
  readonly name: string;
  /** Why it last ended by itself, or undefined when it never did. */
  readonly lastExit: string | undefined;
  /** Ends it politely and starts it again. */
  restart(): Promise<void>;
  /** Ends it for good; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Runs one process and brings it back with back-off whenever it ends by itself. */
export function startManagedProcess(options: ManagedProcessOptions): ManagedProcess {
  const { name, log } = options;
  let child: ChildProcess | undefined;
  let lastExit: string | undefined;
  let isWanted = true;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;

  const launch = () => {
    const startedAt = Date.now();
    const started = startNode(options.file, {
      nodeArgs: nodeArgs(name),
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      // Ctrl-C in the terminal reaches only us, and we stop things in order.
      detached: true,
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      if (stream) readLines(stream, (text) => log.line(name, text));
    }
    started.once("error", (error) => log.error(name, "could not be started", { reason: error.message }));
    started.once("exit", (code, signal) => {
      if (!isWanted || child !== started) return;
      if (Date.now() - startedAt > HEALTHY_MS_MIN) failures = 0;
      failures += 1;
      lastExit = `ended with ${signal ?? `code ${code}`}`;
      const delayMs = backOffMs(failures);
      log.warn("start", `${name} ${lastExit}; starting it again`, { delayMs, failures });
      timer = setTimeout(launch, delayMs);
    });
  };

  const end = async () => {
    clearTimeout(timer);
    const ending = child;
    child = undefined;
    if (!ending?.pid || ending.exitCode !== null || ending.signalCode !== null) return;
    trySignal(ending.pid, "SIGTERM");
    if (!(await waitForExit(ending.pid, STOP_MS_MAX))) {
      log.warn("start", `${name} did not stop in time; ending it`);
      trySignal(ending.pid, "SIGKILL");
      await waitForExit(ending.pid, STOP_MS_MAX);
    }
  };

  launch();
  return {
    name,
    get lastExit() {
      return lastExit;
    },
    restart: async () => {
      await end();
      if (isWanted) launch();
    },
    stop: async () => {
      isWanted = false;
      await end();
    },
  };
}
