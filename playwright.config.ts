import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig, devices } from "@playwright/test";
import { ANY_PORT } from "./stack/services/ports";

/**
 * Browser tests run against the production start: the bundles of `npm run build`, with embedded services and data of
 * their own. With BASE_URL set they use what runs there.
 */
const ports = choosePorts();
const baseURL = process.env.BASE_URL ?? `http://localhost:${ports[0]}`;
const dataDir =
  process.env.BROWSER_TEST_DATA_DIR ??
  join(tmpdir(), `downpour-browser-${createHash("sha1").update(process.cwd()).digest("hex").slice(0, 8)}`);
// Read by tests that look into the data: `e2e/lib/live-store`.
process.env.BROWSER_TEST_DATA_DIR = dataDir;
const chromium =
  process.env.CHROMIUM_PATH ??
  [
    "/usr/bin/chromium-headless-shell",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
  ].find((path) => existsSync(path));

/**
 * Free ports for the web process, the push gateway and health checks. This file is read again by every test process,
 * which must see the same ones: they are handed on in the environment.
 */
function choosePorts(): number[] {
  process.env.BROWSER_TEST_PORTS ??= execFileSync(
    process.execPath,
    [
      "-e",
      `const open = () => new Promise((resolve) => {
         const port = require("crypto").randomInt(${ANY_PORT.from}, ${ANY_PORT.to + 1});
         const server = require("net").createServer();
         server.once("error", () => resolve(open()));
         server.listen(port, "127.0.0.1", () => resolve(port));
       });
       Promise.all([open(), open(), open()]).then((ports) => { console.log(ports.join()); process.exit(); });`,
    ],
    { encoding: "utf8" },
  ).trim();
  return process.env.BROWSER_TEST_PORTS.split(",").map(Number);
}

/** Each run starts with fresh demo data. */
function removeOldData(): string {
  if (!process.env.TEST_WORKER_INDEX) rmSync(dataDir, { recursive: true, force: true });
  return dataDir;
}

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  forbidOnly: !!process.env.CI,
  retries: 0,
  // Everything shares two cores with the browser and all processes.
  workers: 1,
  // What is waited for has come or never comes; how fast the machine is today is not what is tested.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: "list",
  use: {
    baseURL,
    // Drawing without a graphics processor takes the cores that everything else needs. Journeys about motion ask for it.
    contextOptions: { reducedMotion: "reduce" },
    // Pictures and copies of the page at every moment take a third of the cores; the steps and the page at its end say enough.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: false, sources: false },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: chromium,
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "desktop", testIgnore: /\.phone\.spec\.ts$/, use: { viewport: { width: 1280, height: 800 } } },
    { name: "phone", testMatch: /\.phone\.spec\.ts$/, use: { ...devices["Pixel 7"] } },
  ],
  webServer: process.env.BASE_URL
    ? undefined
    : {
        command: "node dist/start.mjs",
        wait: { stdout: /Downpour is ready/ },
        timeout: 180_000,
        gracefulShutdown: { signal: "SIGTERM", timeout: 20_000 },
        stdout: "ignore",
        stderr: "pipe",
        env: {
          DATA_DIR: removeOldData(),
          WEB_PORT: String(ports[0]),
          PUSHER_PORT: String(ports[1]),
          HEALTH_PORT_BASE: String(ports[2]),
          // A usual port may be taken by another run while both start.
          PAYMENT_SANDBOX_PORT: "0",
          EMBEDDED_POSTGRES_PORT: "0",
          EMBEDDED_REDIS_PORT: "0",
          PUBLIC_URL: baseURL,
        },
      },
});
