/**
 * `npm test` runs every check; `npm run verify` (`--quick`) those that take seconds; `npm test -- --only unit,lint` some.
 * A stage that fails does not stop the others. Stages that do not disturb each other run side by side. The last line is
 * `N passed, M failed`: tests, and each failed check as one.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ensureBrowser } from "./lib/browser.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { checkNodeVersion, ROOT } from "./lib/project.mjs";

/** Nothing may hang for ever: a stage that takes longer is ended and counts as failed. */
const STAGE_MS_MAX = 20 * 60_000;

/** Browser tests wait for half of their time: for what moves, and for processes. */
const BROWSER_SHARDS = 2;

/** So much is said again of each failed test at the end. */
const FAILURE_LINES_MAX = 12;

const reports = mkdtempSync(join(tmpdir(), "downpour-reports-"));
const modules = (path) => join(ROOT, "node_modules", path);

/** @param {string[][]} commands each run with this Node, one after the other until one fails */
const check = (name, ...commands) => ({
  name,
  run: () => runAll(commands, { isQuiet: true }).then(asCheck),
});

/** Steps one after the other, each of lanes side by side, each of stages one after the other. */
const STEPS = [
  [
    [
      check("format", [modules("@biomejs/biome/bin/biome"), "check", "--linter-enabled=false"]),
      check(
        "types",
        // The types of routes, styles and pictures are written by Next.
        ...(existsSync(join(ROOT, "app")) ? [[modules("next/dist/bin/next"), "typegen"]] : []),
        [modules("typescript/bin/tsc"), "--noEmit"],
      ),
      check("lint", [modules("oxlint/bin/oxlint"), "--deny-warnings"]),
      check("architecture", [join(ROOT, "scripts/check-architecture.mjs")]),
      check("knip", [modules("knip/bin/knip.js"), "--no-progress"]),
    ],
    [{ name: "unit", run: () => runVitest("unit") }],
  ],
  [
    [{ name: "integration", run: () => runVitest("integration", "gateway"), isSlow: true }],
    [
      {
        ...check("build", [join(ROOT, "scripts/build.mjs")], [join(ROOT, "scripts/check-page-sizes.mjs")]),
        isSlow: true,
      },
      { name: "attacks", run: () => runVitest("attacks"), isSlow: true },
    ],
  ],
  [[{ name: "faults", run: () => runVitest("faults"), isSlow: true }]],
  [[{ name: "browser", run: runBrowser, isSlow: true }]],
];
const STAGES = STEPS.flat(2);

const asCheck = (isOk) => ({ passed: 0, failed: isOk ? 0 : 1, isOk, failures: [] });

const addUp = (results) => ({
  passed: results.reduce((total, { passed }) => total + passed, 0),
  failed: results.reduce((total, { failed }) => total + failed, 0),
  isOk: results.every(({ isOk }) => isOk),
  failures: results.flatMap(({ failures }) => failures),
});

/** Runs one command; quiet ones show their output only when they fail. */
function run([script, ...args], { isQuiet = false, env = {} }) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: ROOT,
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env },
      stdio: ["ignore", isQuiet ? "pipe" : "inherit", isQuiet ? "pipe" : "inherit"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (output += text));
    const timer = setTimeout(() => {
      output += `\nended after ${STAGE_MS_MAX / 60_000} minutes\n`;
      child.kill("SIGTERM");
    }, STAGE_MS_MAX);
    child.once("exit", (code) => {
      clearTimeout(timer);
      if (code !== 0 && isQuiet) process.stdout.write(output);
      resolve(code === 0);
    });
  });
}

async function runAll(commands, options) {
  for (const command of commands) {
    if (!(await run(command, options))) return false;
  }
  return true;
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

async function runVitest(...projects) {
  const file = join(reports, `${projects[0]}.json`);
  const isOk = await run(
    [
      modules("vitest/vitest.mjs"),
      "run",
      ...projects.map((project) => `--project=${project}`),
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${file}`,
    ],
    { env: { NODE_ENV: "test" } },
  );
  const report = readReport(file);
  if (!report) return asCheck(false);
  // A file that could not even be loaded has no tests of its own.
  const unloaded = report.testResults.filter(
    (result) =>
      result.status === "failed" && !result.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = report.numFailedTests + unloaded;
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === "failed");
    if (status === "failed" && tests.length === 0) return [{ name: relative(ROOT, name), reason: message }];
    return tests.map((test) => ({
      name: `${relative(ROOT, name)} › ${test.fullName}`,
      reason: test.failureMessages.join("\n"),
    }));
  });
  return { passed: report.numPassedTests, failed: failed || (isOk ? 0 : 1), isOk, failures };
}

/** The tests of a Playwright suite and of those in it that did not end as they should. */
function findFailures(suite) {
  const own = (suite.specs ?? [])
    .filter((spec) => !spec.ok)
    .map((spec) => ({
      name: `${spec.file}:${spec.line} › ${spec.title}`,
      reason: spec.tests
        .flatMap((test) => test.results)
        .map((result) => result.error?.message ?? "")
        .join("\n"),
    }));
  return [...own, ...(suite.suites ?? []).flatMap(findFailures)];
}

/** Half of the files, against a product of their own: people of one half are not in the way of the other. */
async function runPlaywright(shard) {
  const file = join(reports, `browser-${shard}.json`);
  const isOk = await run(
    [
      modules("@playwright/test/cli.js"),
      "test",
      `--shard=${shard}/${BROWSER_SHARDS}`,
      `--output=test-results/${shard}`,
      "--reporter=list,json",
    ],
    { env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file, BROWSER_TEST_DATA_DIR: join(reports, `browser-${shard}`) } },
  );
  const report = readReport(file);
  if (!report) return asCheck(false);
  const { expected, unexpected, flaky } = report.stats;
  const failed = unexpected + flaky;
  const failures = report.suites.flatMap(findFailures);
  return { passed: expected, failed: failed || (isOk ? 0 : 1), isOk, failures };
}

async function runBrowser() {
  if (!ensureBrowser()) return asCheck(false);
  const shards = Array.from({ length: BROWSER_SHARDS }, (_, index) => runPlaywright(index + 1));
  return addUp(await Promise.all(shards));
}

function chooseStages(args) {
  const position = args.indexOf("--only");
  if (position === -1) return args.includes("--quick") ? STAGES.filter((stage) => !stage.isSlow) : STAGES;
  const names = (args[position + 1] ?? "").split(",");
  const unknown = names.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    console.error(`Unknown stage "${unknown}"; there are: ${STAGES.map((stage) => stage.name).join(", ")}.`);
    process.exit(1);
  }
  return STAGES.filter((stage) => names.includes(stage.name));
}

checkNodeVersion();
process.chdir(ROOT);
const stages = chooseStages(process.argv.slice(2));
ensureInstalled();

const results = [];
async function runStage(stage) {
  console.log(`\n── ${stage.name}`);
  const startedAt = Date.now();
  const result = await stage.run();
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  results.push({ ...result, name: stage.name, seconds });
  console.log(`${result.isOk ? "✓" : "✗"} ${stage.name} (${seconds} s)`);
}
async function runLane(lane) {
  for (const stage of lane) if (stages.includes(stage)) await runStage(stage);
}
for (const lanes of STEPS) await Promise.all(lanes.map(runLane));
rmSync(reports, { recursive: true, force: true });

console.log("\nSummary");
results.sort(
  (a, b) => STAGES.findIndex(({ name }) => name === a.name) - STAGES.findIndex(({ name }) => name === b.name),
);
for (const { name, seconds, isOk, passed, failed } of results) {
  const counts = passed + failed > 0 ? `${passed} passed, ${failed} failed` : "";
  console.log(`  ${isOk ? "✓" : "✗"} ${name.padEnd(13)} ${`${seconds} s`.padStart(8)}  ${counts}`.trimEnd());
}
// Said again at the end: who reads the last page of a long log has to see what failed, and why.
for (const { name: stage, failures } of results) {
  for (const { name, reason } of failures) {
    const lines = stripVTControlCharacters(reason).split("\n").slice(0, FAILURE_LINES_MAX);
    console.log(`\n✗ ${stage}: ${name}\n${lines.map((line) => `    ${line}`).join("\n")}`);
  }
}
const all = addUp(results);
process.exitCode = all.isOk ? 0 : 1;
console.log(`\n${all.passed} passed, ${all.failed} failed`);
