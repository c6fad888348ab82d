import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./project.mjs";

/**
 * Whether node_modules holds what package-lock.json says. npm keeps a list of what it installed; comparing contents
 * instead of times means that a fresh `git checkout` of the same lock does not install again.
 */
function isInstalled() {
  const installedFile = join(ROOT, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const found = installed[path];
    // Optional packages of other systems are not installed here.
    return found ? found.version === entry.version : entry.optional === true;
  });
}

const LOCK = join(ROOT, ".data", "install.lock");
const LOCK_POLL_MS = 500;

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Two installs at once destroy each other's work. A lock left by a command that was killed does not count. */
function takeLock() {
  mkdirSync(join(ROOT, ".data"), { recursive: true });
  for (let isTold = false; ; ) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const owner = Number(existsSync(LOCK) ? readFileSync(LOCK, "utf8") : 0);
    if (owner > 0 && !isRunning(owner)) rmSync(LOCK, { force: true });
    else {
      if (!isTold) console.log("Another command is installing the dependencies; waiting for it …");
      isTold = true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_POLL_MS);
    }
  }
}

/** Installs the dependencies when they are missing or not those of the lock file. Ends the command when that fails. */
export function ensureInstalled() {
  if (isInstalled()) return;
  takeLock();
  const isOk = isInstalled() || install();
  rmSync(LOCK, { force: true });
  if (!isOk) process.exit(1);
}

function install() {
  console.log("Installing dependencies (once; this takes a minute or two) …");
  // NODE_ENV=production would leave out what the build needs.
  const result = spawnSync("npm", ["ci", "--include=dev"], {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, NODE_ENV: "development" },
  });
  if (result.status === 0) return true;
  console.error(
    result.error?.code === "ENOENT"
      ? "npm was not found; install it together with Node and start again."
      : "The dependencies could not be installed; the reason is above (no network, or a folder that cannot be written).",
  );
  return false;
}
