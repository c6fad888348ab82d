import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** Whether a process with this id runs. A zombie (ended, not yet collected by its parent) does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return readState(pid) !== "Z";
}

/** Resolves true when the process is gone, false when it still runs after `waitMs`. */
export async function waitForExit(pid: number, waitMs: number): Promise<boolean> {
  const deadline = Date.now() + waitMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await delay(20);
  }
  return true;
}

export function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone, which is what the signal was for.
  }
}

/** The command line of a process, or an empty string when it cannot be read. */
export function readCommandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return runPs(["-o", "command=", "-p", String(pid)]).trim();
  }
}

/** The processes whose parent is `pid`. */
export function listChildren(pid: number): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((candidate) => readStat(candidate)?.parentPid === pid);
  } catch {
    return runPs(["-ax", "-o", "pid=,ppid="])
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number))
      .flatMap(([child, parent]) => (parent === pid && child ? [child] : []));
  }
}

/** The parent of a process; undefined when it is gone or the system does not tell (macOS). */
export function findParent(pid: number): number | undefined {
  return readStat(pid)?.parentPid;
}

function readState(pid: number): string | undefined {
  return readStat(pid)?.state;
}

/** Linux only; elsewhere undefined. The name in brackets may itself contain spaces and brackets. */
function readStat(pid: number): { state: string; parentPid: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state = "", parentPid = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parentPid: Number(parentPid) };
  } catch {
    return undefined;
  }
}

function runPs(args: string[]): string {
  try {
    return execFileSync("ps", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}
