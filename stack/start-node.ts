import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { guard, unguard } from "./services/guard";

export interface NodeOptions {
  args?: readonly string[];
  /** For Node itself. */
  nodeArgs?: readonly string[];
  env?: NodeJS.ProcessEnv;
  stdio: StdioOptions;
  /** With a session of its own, Ctrl-C in the terminal does not reach it. */
  detached?: boolean;
  /** Files, sockets among them, that it may hold, where the system allows so many. */
  filesMax?: number;
}

/**
 * Starts a script in a process of its own, which ends with this one, however this one ends. All processes of the product
 * and all helpers of benches and tests are started here. Without a `pid` it could not be started: then it emits `error`.
 */
export function startNode(file: string, options: NodeOptions): ChildProcess {
  const command = [process.execPath, ...(options.nodeArgs ?? []), file, ...(options.args ?? [])];
  // The shell becomes the process, so the number stays.
  const raise = `ulimit -n ${options.filesMax} 2>/dev/null; exec "$@"`;
  const [program = "", ...args] = options.filesMax ? ["sh", "-c", raise, "sh", ...command] : command;
  const { env, stdio, detached } = options;
  const child = spawn(program, args, { env, stdio, detached });
  const { pid } = child;
  if (pid !== undefined) {
    guard(pid, "worker");
    child.once("exit", () => unguard(pid));
  }
  return child;
}
