import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Kept equal to the list in playwright.config.ts, which cannot import plain JavaScript. First the one without windows, which
 * takes a quarter less of the processor.
 */
const CHROMIUM_PATHS = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
/** As systems name it; an older one has only the second. */
const PACKAGES = ["chromium-headless-shell", "chromium"];

function hasPlaywrightBrowser() {
  const folder = process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), ".cache", "ms-playwright");
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith("chromium"));
}

/** Whether there is a Chromium for the browser tests; installs one from the system's packages when we may. */
export function ensureBrowser() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (existsSync(given)) return true;
    console.error(`CHROMIUM_PATH names ${given}, which does not exist.`);
    return false;
  }
  const isThere = () => CHROMIUM_PATHS.some((path) => existsSync(path)) || hasPlaywrightBrowser();
  if (isThere()) return true;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.log("Chromium is not installed; installing it from the system's packages.");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const apt = (...args) => spawnSync("apt-get", args, { stdio: "inherit", env }).status === 0;
    const install = () =>
      PACKAGES.some((name) => apt("install", "-y", "--no-install-recommends", name) && isThere());
    // The package lists of a fresh container are empty; only then are they fetched.
    if (!install() && apt("update")) install();
  }
  if (isThere()) return true;
  console.error("There is no Chromium: run `npx playwright install chromium`, or set CHROMIUM_PATH.");
  return false;
}
