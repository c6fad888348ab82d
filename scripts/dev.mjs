/** `npm run dev`: bundles again on every change, restarts the processes concerned, and serves the pages in Next's development mode. */
import { ensureInstalled } from "./lib/install.mjs";
import { checkNodeVersion, ROOT, readSettingsFile } from "./lib/project.mjs";

checkNodeVersion();
process.chdir(ROOT);
readSettingsFile();
ensureInstalled();
const { context } = await import("esbuild");
const { bundleOptions, forgetBundles, writeBuildFacts } = await import("./build.mjs");

forgetBundles();
const bundler = await context(bundleOptions());
await bundler.rebuild().catch(() => process.exit(1));
writeBuildFacts();
await bundler.watch();

process.env.NODE_ENV ??= "development";
process.argv.push("--watch");
await import("../dist/start.mjs");
