import { spawnSync } from "node:child_process";

/** Copies a folder to a place that does not exist yet, with owners, rights and times; holes of sparse files stay holes. */
export function copyFolder(from: string, to: string): void {
  const { status, stderr, error } = spawnSync("cp", ["-a", "--", from, to], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${from} could not be copied: ${error?.message ?? stderr.trim()}`);
}
