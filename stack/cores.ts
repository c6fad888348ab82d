import { spawnSync } from "node:child_process";
import { cpus } from "node:os";

/**
 * Puts this process, and with it all that it starts from now on, on one core; the load that is measured against it gets another.
 * Where there is one core, or no `taskset` (Linux), everything stays where it is.
 */
export const stayOnCore = (core: number): boolean => pin(process.pid, String(core));

/** All cores again. */
export const stayOnAllCores = (): boolean => pin(process.pid, `0-${cpus().length - 1}`);

export const moveToCore = (pid: number, core: number): boolean => pin(pid, String(core));

function pin(pid: number, cores: string): boolean {
  if (cpus().length < 2) return false;
  return spawnSync("taskset", ["-acp", cores, String(pid)], { stdio: "ignore" }).status === 0;
}
