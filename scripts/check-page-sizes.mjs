/**
 * What each page names as JavaScript before anything can be tapped, gzipped, as the build's own lists have it. A page that
 * grows beyond the bar fails: what is not needed at once is to come later (`components/lib/lazy-part.tsx`).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { ROOT } from "./lib/project.mjs";

const KB_MAX = 250;
const NEXT = join(ROOT, ".next");
const MANIFEST = "page_client-reference-manifest.js";

const sizes = new Map();
/** Gzipped bytes of one file of the build. */
function sizeOf(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(NEXT, file))).length);
  return sizes.get(file);
}

function findManifests(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return findManifests(path);
    return entry.name === MANIFEST ? [path] : [];
  });
}

/** Every page's name and the files that it and its layouts name, as Next writes them: a script that fills a global. */
function readPages() {
  const { rootMainFiles } = JSON.parse(readFileSync(join(NEXT, "build-manifest.json"), "utf8"));
  return findManifests(join(NEXT, "server", "app")).flatMap((path) => {
    const global = {};
    runInNewContext(readFileSync(path, "utf8"), { globalThis: global, self: global });
    return Object.entries(global.__RSC_MANIFEST ?? {}).map(([name, { entryJSFiles }]) => ({
      name: name.replace(/\/\([^)]+\)/g, "").replace(/\/page$/, "") || "/",
      files: new Set([...rootMainFiles, ...Object.values(entryJSFiles).flat()]),
    }));
  });
}

const pages = readPages()
  .map(({ name, files }) => ({ name, kb: [...files].reduce((sum, file) => sum + sizeOf(file), 0) / 1000 }))
  .sort((a, b) => b.kb - a.kb);
for (const { name, kb } of pages) console.log(`${kb.toFixed(0).padStart(5)} kB  ${name}`);
// A list that cannot be read any more must not pass as a list of small pages.
if (pages.length === 0 || pages.some(({ kb }) => kb < 50)) {
  console.error("The build's lists of files could not be read.");
  process.exitCode = 1;
}
const large = pages.filter(({ kb }) => kb > KB_MAX);
if (large.length > 0) {
  console.error(`More than ${KB_MAX} kB before the first tap: ${large.map(({ name }) => name).join(", ")}`);
  process.exitCode = 1;
}
