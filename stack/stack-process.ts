import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { nodeArgs } from "./services/node-args";
import { startNode } from "./start-node";

const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 15_000;
/** Lines of a process's output kept for a test to look through, or to show when it fails. */
const OUTPUT_LINES_KEPT = 5_000;

export type ProcessName =
  | "web"
  | "push-gateway"
  | "gift-debit"
  | "packet-credit"
  | "settlement"
  | "analytics"
  | "scheduler"
  | "simulator"
  | "payment-sandbox";

/** One running bundle of the product. */
export interface StackProcess {
  readonly name: ProcessName;
  readonly pid: number;
  /** Address of what it serves; of its health port when that is all. */
  readonly url: string;
  /** Where it answers `/readyz` and `/metrics`. */
  readonly healthUrl: string;
  readonly output: readonly string[];
  /** Null while it runs, and when a signal ended it. */
  readonly exitCode: number | null;
  signal(signal: NodeJS.Signals): void;
  /** Ends it at once, like a crash, and waits until it is gone. */
  kill9(): Promise<void>;
  /** Ends it politely, and with force when it does not end in time. */
  stop(): Promise<void>;
}

/** What is waited for: that it says that it is ready, or that it answers at all. */
export type Awaited = "ready" | "alive";

/** Starts a bundle and resolves when it says so at its health port. `onExit` is called once, however it ends. */
export async function launchProcess(
  name: ProcessName,
  ports: { serving: number; health: number },
  env: Record<string, string>,
  onExit: () => void,
  awaited: Awaited = "ready",
): Promise<StackProcess> {
  const file = join("dist", `${name}.mjs`);
  if (!existsSync(file)) throw new Error(`${file} is missing; run "npm run build" first.`);
  const child = startNode(file, {
    nodeArgs: nodeArgs(name),
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  void exited.then(onExit);
  const output: string[] = [];
  const keep = (chunk: Buffer) => {
    output.push(...chunk.toString().split("\n").filter(Boolean));
    if (output.length > OUTPUT_LINES_KEPT) output.splice(0, output.length - OUTPUT_LINES_KEPT);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started.`);
  const healthUrl = `http://127.0.0.1:${ports.health}`;
  await waitUntilReady(name, child, `${healthUrl}/${awaited === "ready" ? "readyz" : "healthz"}`, output);
  return {
    name,
    pid,
    url: `http://127.0.0.1:${ports.serving}`,
    healthUrl,
    output,
    get exitCode() {
      return child.exitCode;
    },
    signal: (signal) => {
      child.kill(signal);
    },
    async kill9() {
      child.kill("SIGKILL");
      await exited;
    },
    async stop() {
      // A process that a test has stopped must go on before it can end.
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
      await exited;
      clearTimeout(timer);
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
  let said = "";
  while (Date.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`${name} ended while it started:\n${output.join("\n")}`);
    }
    const response = await fetch(url).catch((error: unknown) => ({
      ok: false,
      text: async () => String(error),
    }));
    if (response.ok) return;
    said = await response.text();
    await delay(50);
  }
  child.kill("SIGKILL");
  throw new Error(`${name} was not ready in time: ${said}\n${output.join("\n")}`);
}
