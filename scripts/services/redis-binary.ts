import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { isRoot } from "./identity";

/** Valkey is the fork of Redis that some distributions ship instead; it speaks the same protocol. */
const PROGRAMS = ["redis-server", "valkey-server"];
const FURTHER_FOLDERS = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

function findProgram(names: readonly string[]): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...FURTHER_FOLDERS];
  for (const name of names) {
    for (const folder of folders) {
      const candidate = join(folder, name);
      try {
        accessSync(candidate, constants.X_OK);
        return candidate;
      } catch {
        // Not here.
      }
    }
  }
  return undefined;
}

/** The one command that installs Redis on this machine. */
function describeInstall(): string {
  const asRoot = isRoot() ? "" : "sudo ";
  if (process.platform === "darwin") return "brew install redis";
  if (findProgram(["apt-get"])) return `${asRoot}apt-get install -y redis-server`;
  if (findProgram(["dnf"])) return `${asRoot}dnf install -y valkey`;
  if (findProgram(["apk"])) return `${asRoot}apk add valkey`;
  if (findProgram(["pacman"])) return `${asRoot}pacman -S valkey`;
  return "install redis-server with the packages of your system";
}

/**
 * The path of `redis-server` or `valkey-server`. When neither is installed, we are root and the system has apt-get, it
 * is installed from the system's packages, with its output shown.
 * @throws Error with one sentence and the command to run.
 */
export function getRedisBinary(onNotice: (text: string) => void): string {
  const found = findProgram(PROGRAMS);
  if (found) return found;
  if (isRoot() && findProgram(["apt-get"])) {
    onNotice("Redis is not installed; installing redis-server from the system's packages.");
    installWithApt();
    const installed = findProgram(PROGRAMS);
    if (installed) return installed;
  }
  throw new Error(`Redis is missing. Run \`${describeInstall()}\` and start again, or set REDIS_URL.`);
}

function installWithApt(): void {
  const run = (args: string[]) =>
    spawnSync("apt-get", args, {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0;
  const installArgs = ["install", "-y", "--no-install-recommends", "redis-server"];
  // The package lists of a fresh container are empty; only then are they fetched.
  if (!run(installArgs) && run(["update"])) run(installArgs);
}
