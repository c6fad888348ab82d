/**
 * `npm start`: from a fresh checkout to a running platform with nothing but Node. Plain JavaScript without
 * dependencies, because it runs before anything is installed.
 */
import { ensureInstalled } from "./lib/install.mjs";
import { checkNodeVersion, ROOT, readSettingsFile } from "./lib/project.mjs";

checkNodeVersion();
process.chdir(ROOT);
readSettingsFile();
try {
  ensureInstalled();
  const { buildAll } = await import("./build.mjs");
  await buildAll();
} catch (error) {
  const isReadOnly = ["EROFS", "EACCES", "EPERM"].includes(error?.code);
  console.error(
    isReadOnly
      ? `${error.path ?? ROOT} cannot be written; start as the user who owns this folder, or from a copy of it.`
      : (error?.message ?? error),
  );
  process.exit(1);
}
// In this same process, so that signals reach the orchestrator without a messenger in between.
await import("../dist/start.mjs");
