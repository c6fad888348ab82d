import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { mendedPostgresInBundles } from "./lib/mend-postgres.mjs";
import { DIST, findEntries, findProcesses, hashSources, ROOT } from "./lib/project.mjs";

/** Stamps lie inside what they describe, so that removing the output removes the stamp. */
const BUNDLES_STAMP = join(DIST, ".stamp");
const PAGES_STAMP = join(ROOT, ".next", ".downpour-stamp");

/** @returns {import("esbuild").BuildOptions} */
export function bundleOptions() {
  return {
    absWorkingDir: ROOT,
    entryPoints: findEntries(),
    outdir: DIST,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    plugins: [mendedPostgresInBundles],
    loader: { ".lua": "text" },
    sourcemap: true,
    logLevel: "warning",
    tsconfig: "tsconfig.json",
  };
}

/** The orchestrator reads which of the bundles are processes, and each process which build it is of. */
export function writeBuildFacts() {
  mkdirSync(DIST, { recursive: true });
  writeFileSync(join(DIST, "processes.json"), JSON.stringify(Object.keys(findProcesses())));
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  writeFileSync(join(DIST, "build.json"), JSON.stringify({ version, commit: readCommit() }));
}

/** Named by `DOWNPOUR_COMMIT` where there is no checkout, as in an image that is being built. */
function readCommit() {
  const { DOWNPOUR_COMMIT } = process.env;
  if (DOWNPOUR_COMMIT) return DOWNPOUR_COMMIT.slice(0, 12);
  const git = spawnSync("git", ["rev-parse", "--short=12", "HEAD"], { cwd: ROOT, encoding: "utf8" });
  return git.status === 0 ? git.stdout.trim() : null;
}

/** What development leaves in `dist` is of no known state; the next start bundles again. */
export function forgetBundles() {
  rmSync(BUNDLES_STAMP, { force: true });
}

async function buildBundles() {
  const { build, stop } = await import("esbuild");
  await build(bundleOptions());
  // Otherwise its helper process would stay as long as the platform runs.
  await stop();
}

function buildPages() {
  const result = spawnSync(
    process.execPath,
    [join(ROOT, "node_modules", "next", "dist", "bin", "next"), "build"],
    {
      cwd: ROOT,
      stdio: "inherit",
      env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    },
  );
  if (result.status !== 0) throw new Error("The web pages could not be built; the reason is above.");
}

function isFresh(stampFile, stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp;
}

/**
 * Builds what changed since the last build: bundles of every process and command into `dist`, and the web pages.
 * @param {{ force?: boolean }} [options]
 */
export async function buildAll(options = {}) {
  const bundlesStamp = hashSources("bundles");
  if (options.force || !isFresh(BUNDLES_STAMP, bundlesStamp)) {
    console.log("Bundling processes …");
    await buildBundles();
    writeFileSync(BUNDLES_STAMP, bundlesStamp);
  }
  writeBuildFacts();
  const pagesStamp = hashSources("pages");
  if (existsSync(join(ROOT, "app")) && (options.force || !isFresh(PAGES_STAMP, pagesStamp))) {
    console.log("Building the web pages …");
    buildPages();
    writeFileSync(PAGES_STAMP, pagesStamp);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    await buildAll({ force: !process.argv.includes("--if-changed") });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
