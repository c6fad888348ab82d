import { isRoot } from "./identity";
import { findProgram, installWithApt } from "./programs";

/** Valkey is the fork of Redis that some distributions ship instead; it speaks the same protocol. */
const PROGRAMS = ["redis-server", "valkey-server"];

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
    installWithApt("redis-server");
    const installed = findProgram(PROGRAMS);
    if (installed) return installed;
  }
  throw new Error(`Redis is missing. Run \`${describeInstall()}\` and start again, or set REDIS_URL.`);
}
