import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { moveToCore } from "./cores";
import { startNode } from "./start-node";
import { describeEnd, type Watched } from "./wait-for";

/** A helper that orders run this long has hung: what they measure takes seconds, at most two minutes. */
const RUN_MS_MAX = 5 * 60_000;
const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 15_000;
/** What a helper said last, to be shown when it fails. */
const LINES_KEPT = 40;

export interface HelperOptions {
  env?: Record<string, string>;
  /** For Node itself. */
  args?: string[];
  msMax?: number;
  /** Runs on this core alone. */
  core?: number;
}

/** Runs a bundled helper to its end and returns its last line of output as JSON. */
export async function runHelper<T>(bundle: string, order: unknown, options: HelperOptions = {}): Promise<T> {
  return await runScript<T>(`dist/${bundle}.mjs`, [JSON.stringify(order)], options);
}

/**
 * The same of any script.
 * @throws Error with what it said last when it fails, is not done in time, or ends without a result.
 */
export async function runScript<T>(file: string, args: string[], options: HelperOptions = {}): Promise<T> {
  const { msMax = RUN_MS_MAX } = options;
  const { child, watched, stdout } = launch(file, args, options);
  const exited = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, msMax);
  const [code, signal] = await exited.finally(() => clearTimeout(timer));
  if (isLate) throw new Error(describeEnd(watched, `was not done after ${msMax} ms`));
  if (code !== 0) throw new Error(describeEnd(watched, `ended with ${signal ?? code}`));
  try {
    const result = JSON.parse(stdout.at(-1) ?? "") as T;
    if (result !== null) return result;
  } catch {
    // Said below.
  }
  throw new Error(describeEnd(watched, "ended without a result"));
}

export interface Helper extends Watched {
  stop(): Promise<void>;
}

/**
 * Starts a bundled helper and resolves when it prints `ready`. Whatever is waited for afterwards is waited for with
 * `waitFor`, which sees that the helper has ended.
 */
export async function startHelper(bundle: string, options: HelperOptions = {}): Promise<Helper> {
  return await startScript(`dist/${bundle}.mjs`, [], options);
}

/** @throws Error with what it said last when it ends, or says nothing, before it is ready. */
export async function startScript(
  file: string,
  args: string[],
  options: HelperOptions = {},
): Promise<Helper> {
  const { msMax = READY_MS_MAX } = options;
  const { child, watched, onLine } = launch(file, args, options);
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const problem = await new Promise<string | undefined>((resolve) => {
    onLine((line) => {
      if (line === "ready") resolve(undefined);
    });
    void exited.then(() => resolve(`ended with ${child.signalCode ?? child.exitCode} before it was ready`));
    setTimeout(() => resolve(`was not ready after ${msMax} ms`), msMax).unref();
  });
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
    await exited;
    clearTimeout(timer);
  };
  if (problem) {
    await stop("SIGKILL");
    throw new Error(describeEnd(watched, problem));
  }
  return { ...watched, stop: () => stop("SIGTERM") };
}

interface Launched {
  child: ChildProcess;
  watched: Watched;
  /** The last lines of its standard output. */
  stdout: readonly string[];
  onLine(listen: (line: string) => void): void;
}

function launch(file: string, args: string[], options: HelperOptions): Launched {
  const child = startNode(file, {
    args,
    nodeArgs: options.args,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} could not be started.`);
  if (options.core !== undefined) moveToCore(pid, options.core);
  const output: string[] = [];
  const stdout: string[] = [];
  const listeners: ((line: string) => void)[] = [];
  const keep = (lines: string[], line: string) => {
    if (!line) return;
    lines.push(line);
    if (lines.length > LINES_KEPT) lines.shift();
  };
  const follow = (stream: Readable | null, onLine: (line: string) => void) => {
    if (stream) createInterface({ input: stream }).on("line", onLine);
  };
  follow(child.stdout, (line) => {
    keep(stdout, line);
    for (const listen of listeners) listen(line);
  });
  follow(child.stderr, (line) => keep(output, line));
  return { child, watched: { name: file, pid, output }, stdout, onLine: (listen) => listeners.push(listen) };
}
