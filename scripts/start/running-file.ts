import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive, readCommandLine } from "@/stack/services/os-process";

/** What `.data/running.json` says about a running start: commands such as the audit read the addresses from it. */
export interface Running {
  pid: number;
  /** Settings as the processes got them. */
  env: Record<string, string>;
  /** Where each process answers monitors, by its name. */
  healthUrls?: Record<string, string>;
}

function fileOf(dataDir: string): string {
  return join(dataDir, "running.json");
}

/** The start that runs on this data folder, or undefined. A file left by a killed start does not count. */
export function findRunning(dataDir: string): Running | undefined {
  try {
    const running = JSON.parse(readFileSync(fileOf(dataDir), "utf8")) as Running;
    const isOther = running.pid !== process.pid && isAlive(running.pid);
    return isOther && /start|bootstrap|dev/.test(readCommandLine(running.pid)) ? running : undefined;
  } catch {
    return undefined;
  }
}

/** Returns false where nothing can be written, as in a read-only container with services of its own: it is a convenience. */
export function writeRunning(
  dataDir: string,
  env: Record<string, string>,
  healthUrls: Record<string, string>,
): boolean {
  const running: Running = { pid: process.pid, env, healthUrls };
  try {
    mkdirSync(dataDir, { recursive: true });
    // Database addresses hold passwords.
    writeFileSync(fileOf(dataDir), JSON.stringify(running, null, 2), { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

export function removeRunning(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true });
}
