/**
 * Runs a command of `dist` against what `npm start` has running: `node scripts/run.mjs audit`. Builds first when the
 * sources changed, and takes the addresses from `.data/running.json` unless the environment gives them.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled } from "./lib/install.mjs";
import { checkNodeVersion, DIST, findEntries, ROOT, readSettingsFile } from "./lib/project.mjs";

checkNodeVersion();
process.chdir(ROOT);
readSettingsFile();
const name = process.argv[2] ?? "";
if (!findEntries()[name]) {
  console.error(`There is no command "${name}"; there are: ${Object.keys(findEntries()).join(", ")}.`);
  process.exit(1);
}
ensureInstalled();
const { buildAll } = await import("./build.mjs");
await buildAll();

const runningFile = join(process.env.DATA_DIR ?? ".data", "running.json");
// A restore is done while nothing runs: what the file says then is of a start that was killed.
if (name !== "restore" && existsSync(runningFile)) {
  const { env } = JSON.parse(readFileSync(runningFile, "utf8"));
  for (const [variable, value] of Object.entries(env)) process.env[variable] ??= value;
}
// The command sees its own arguments where it expects them.
process.argv.splice(1, 2, join(DIST, `${name}.mjs`));
await import(`../dist/${name}.mjs`);
