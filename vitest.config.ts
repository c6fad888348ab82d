import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vitest/config";
import { mendedPostgresInTests } from "./scripts/lib/mend-postgres.mjs";

/** Lua scripts are imported as text, as in the bundles. */
const luaAsText: Plugin = {
  name: "lua-as-text",
  transform: (source, id) => (id.endsWith(".lua") ? `export default ${JSON.stringify(source)};` : undefined),
};

const EXCLUDED = ["node_modules/**", ".next/**", "dist/**", ".data/**", "e2e/**"];

const GATEWAY_TESTS = "push/gateway/**/*.int.test.ts";
const INTEGRATION = {
  globalSetup: ["db/testing/start-services.ts"],
  // They wait for a third of their time, most of it for PostgreSQL.
  maxWorkers: 3,
  // Real servers on a busy machine; a test that hangs still ends.
  testTimeout: 60_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  plugins: [luaAsText, mendedPostgresInTests],
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)) } },
  test: {
    // They compute all the time.
    maxWorkers: 2,
    server: { deps: { inline: ["postgres"] } },
    env: { LOG_LEVEL: "silent" },
    // What is waited for has come or never comes; how fast the machine is today is not what is tested.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          // Properties try thousands of cases; how fast the machine is today is not what is tested.
          testTimeout: 60_000,
          name: "unit",
          include: ["**/*.test.{ts,tsx}"],
          exclude: [...EXCLUDED, "**/*.int.test.ts", "**/*.fault.test.ts", "**/*.attack.test.ts"],
          // Loading for each file anew took two thirds of their time; each puts back what it replaces.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          // The built product with its processes killed under load. Each file runs a whole stack of its own.
          name: "faults",
          include: ["chaos/**/*.fault.test.ts"],
          // Two products under load on two cores would turn gifts away, as they should.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          // The built product attacked as people on the internet do. All files share one stack.
          name: "attacks",
          include: ["attacks/**/*.attack.test.ts"],
          globalSetup: ["attacks/lib/start-target.ts"],
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          ...INTEGRATION,
          name: "integration",
          include: ["**/*.int.test.ts"],
          exclude: [...EXCLUDED, GATEWAY_TESTS],
          // Services keep nothing in modules, so nothing of one file is there for the next; loading the product anew for each
          // took a third of the processor's time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          ...INTEGRATION,
          // Its suites run once for a node alone and once for a cluster, which the second loading of a file decides.
          name: "gateway",
          include: [GATEWAY_TESTS],
          exclude: EXCLUDED,
        },
      },
    ],
  },
});
