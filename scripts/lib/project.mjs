import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the checkout. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const DIST = join(ROOT, "dist");

export const NODE_VERSION_MIN = [20, 19];

/** Ends the command with one sentence when Node is too old to run it. */
export function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [majorMin, minorMin] = NODE_VERSION_MIN;
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return;
  console.error(`Downpour needs Node ${majorMin}.${minorMin} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/** What `.env` in the checkout says, beside the environment, which has the last word. */
export function readSettingsFile() {
  const file = join(ROOT, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
}

function listFolders(path) {
  const folder = join(ROOT, path);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** Long-running processes, name to entry file: the web process and every folder of `workers` that has a `main.ts`. */
export function findProcesses() {
  const entries = { web: "server/main.ts" };
  for (const name of listFolders("workers")) entries[name] = `workers/${name}/main.ts`;
  return keepExisting(entries);
}

/** Everything that is bundled, name to entry file: processes, commands, and `bench` and `chaos` with their helpers. */
export function findEntries() {
  // The site is a thread of the web process.
  const entries = { site: "server/site/main.ts" };
  for (const name of [
    "start",
    "migrate",
    "seed",
    "audit",
    "rotate-keys",
    "recompute-pk",
    "recount-analytics",
    "simulate",
    "write-access-table",
    "write-reference",
    "write-deploy",
    "backup",
    "restore",
    "doctor",
    "write-blocked",
  ])
    entries[name] = `scripts/${name}.ts`;
  for (const area of ["bench", "chaos"]) {
    entries[area] = `${area}/main.ts`;
    for (const name of listFolders(area)) entries[`${area}-${name}`] = `${area}/${name}/main.ts`;
  }
  return { ...findProcesses(), ...keepExisting(entries) };
}

function keepExisting(entries) {
  return Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(join(ROOT, file))));
}

const NEVER_SOURCES = new Set([
  "node_modules",
  ".git",
  ".next",
  ".data",
  ".ci",
  "dist",
  "docs",
  "e2e",
  "deploy",
  "coverage",
]);
const NEVER_SOURCE_FILES = /\.(md|tsbuildinfo|log)$|\.test\.tsx?$|^next-env\.d\.ts$/;
/** Folders that never end up in the web pages. */
const NOT_IN_PAGES = new Set(["bench", "chaos", "push/gateway", "scripts", "stack", "testkit", "workers"]);

function listSources(folder, isWanted, files = []) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const name = relative(ROOT, path);
      if (!NEVER_SOURCES.has(entry.name) && isWanted(name)) listSources(path, isWanted, files);
    } else if (entry.isFile() && !NEVER_SOURCE_FILES.test(entry.name) && !entry.name.startsWith(".env")) {
      files.push(path);
    }
  }
  return files;
}

/** A hash over the contents of the sources; it changes when something must be built again. */
export function hashSources(part) {
  const isWanted = part === "pages" ? (folder) => !NOT_IN_PAGES.has(folder) : () => true;
  const hash = createHash("sha256");
  for (const file of listSources(ROOT, isWanted).toSorted((a, b) => (a < b ? -1 : 1))) {
    hash.update(relative(ROOT, file)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}
