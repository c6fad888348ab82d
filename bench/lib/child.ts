import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

/** Runs a bundled helper to its end and returns its last line of output as JSON. */
export async function runHelper<T>(bundle: string, order: unknown): Promise<T> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [`dist/${bundle}.mjs`, JSON.stringify(order)],
    {
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "null") as T;
}

/** Starts a bundled helper, with `args` for Node itself, and resolves when it prints `ready`. */
export async function startHelper(bundle: string, env: Record<string, string>, args: string[] = []) {
  const child = spawn(process.execPath, [...args, `dist/${bundle}.mjs`], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    lines.on("line", (line) => line === "ready" && resolve());
    child.once("exit", (code) => reject(new Error(`${bundle} ended with ${code}.`)));
  });
  return {
    pid: child.pid ?? 0,
    stop: () =>
      new Promise<void>((resolve) => {
        child.removeAllListeners("exit");
        child.once("exit", () => resolve());
        child.kill();
      }),
  };
}

/** Processor seconds a process has used so far (Linux; 0 elsewhere). */
export function readCpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    // User and system time, in ticks of 1/100 s.
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** Megabytes of memory that a process holds (Linux; 0 elsewhere). */
export function readRssMb(pid: number): number {
  try {
    const [, kb = "0"] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Math.round(Number(kb) / 1_024);
  } catch {
    return 0;
  }
}
