/**
 * How well the sources show themselves, in figures: `npm run measure-house`, with `-- --list` also what was counted. It
 * measures, and fails nothing: what must hold is checked by `check-architecture.mjs`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "@swc/core";
import { cruiseSources } from "./lib/cruise-sources.mjs";
import { ROOT } from "./lib/project.mjs";

/** Floors from the ground up: a file imports from its own floor and from those below. */
const FLOORS = [
  ["domain", "messages"],
  ["i18n", "platform"],
  ["db"],
  ["push"],
  ["server"],
  ["app", "components", "workers"],
  ["attacks", "bench", "chaos", "e2e", "scripts", "stack", "testkit"],
];
const TESTS = /\.test\.tsx?$|\/testing\/|^(attacks|bench|chaos|e2e|messages|scripts|stack|testkit)\//;
const LINES_MAX = 300;

const floorOf = (file) => FLOORS.findIndex((folders) => folders.includes(file.split("/")[0]));
const isProduct = (file) => !TESTS.test(file);
const read = (file) => readFileSync(join(ROOT, file), "utf8");

const { files, imports } = await cruiseSources();
const product = files.filter(isProduct);

function findUpwardImports() {
  return product.flatMap((from) =>
    (imports.get(from) ?? [])
      .filter(({ to }) => floorOf(to) > floorOf(from))
      .map(({ to }) => `${from} → ${to}`),
  );
}

/** Groups of files that reach each other (Tarjan), type-only imports included. */
function findCircles() {
  const state = new Map();
  const stack = [];
  const circles = [];
  const visit = (file) => {
    const own = { index: state.size, low: state.size, isOnStack: true };
    state.set(file, own);
    stack.push(file);
    for (const { to } of imports.get(file) ?? []) {
      if (to === file || !imports.has(to)) continue;
      const other = state.get(to) ?? visit(to);
      if (other.isOnStack) own.low = Math.min(own.low, other.low);
    }
    if (own.low === own.index) {
      const circle = stack.splice(stack.indexOf(file));
      for (const member of circle) state.get(member).isOnStack = false;
      if (circle.length > 1)
        circles.push(`${circle.length} files: ${circle.toSorted((a, b) => a.localeCompare(b)).join(", ")}`);
    }
    return own;
  };
  for (const file of files) if (!state.has(file)) visit(file);
  return circles;
}

function findBalanceTexts() {
  return product.flatMap((file) => {
    const texts = read(file).match(/SET\s+balance_\w+\s*=/g) ?? [];
    return texts.map((text) => `${file}: ${text}`);
  });
}

const CACHES = new Set(["LRUCache", "Map", "Set", "WeakMap", "WeakSet"]);

/** Variables of a module that may change, and what is made empty to be filled. */
function findModuleState() {
  return product
    .filter((file) => /^server\/services\/.*\.ts$/.test(file))
    .flatMap((file) => {
      const { body } = parseSync(read(file), { syntax: "typescript", target: "es2022" });
      return body
        .map((node) => (node.type === "ExportDeclaration" ? node.declaration : node))
        .filter((node) => node.type === "VariableDeclaration")
        .flatMap(({ kind, declarations }) =>
          declarations
            .filter(({ init }) => kind !== "const" || isFilledLater(init))
            .map(({ id }) => `${file}: ${id.value}`),
        );
    });
}

function isFilledLater(init) {
  if (init?.type === "ArrayExpression") return init.elements.length === 0;
  if (init?.type !== "NewExpression" || !CACHES.has(init.callee.value)) return false;
  return init.callee.value === "LRUCache" || (init.arguments ?? []).length === 0;
}

/** Files that name at least half of a room's events: where a new one would have to be entered. */
function findEventLists() {
  const contract = product.find((file) => file.endsWith("contracts/room-events.ts"));
  const table = /ROOM_EVENTS = \{([\s\S]*?)\n\}/.exec(read(contract))?.[1] ?? "";
  const names = [...table.matchAll(/"([\w.]+)":/g)].map((match) => match[1]);
  if (names.length === 0) throw new Error(`no room events were found in ${contract}`);
  return product.flatMap((file) => {
    // One file may hold several lists.
    const text = read(file);
    const lists = Math.max(
      ...[2, 1, 0].filter((times) => countNamed(text, names, times) * 2 >= names.length),
    );
    return Array.from({ length: lists }, () => file);
  });
}

const countNamed = (text, names, times) =>
  names.filter((name) => text.split(`"${name}"`).length - 1 >= times).length;

const findTexts = (pattern, wanted = () => true) =>
  files.filter((file) => wanted(file) && pattern.test(read(file)));

const lengths = product
  .map((file) => ({ file, lines: read(file).split("\n").length - 1 }))
  .toSorted((a, b) => b.lines - a.lines);
const middle = lengths[Math.floor(lengths.length / 2)]?.lines ?? 0;
const tooLong = lengths.filter(({ lines }) => lines > LINES_MAX);

const aroundProduct = (file) => /^(bench|chaos|e2e|scripts|stack|testkit)\/|\/testing\//.test(file);
/** Databases and the stages of the tests are no processes of the product. */
const startsProduct = (file) =>
  aroundProduct(file) && !/^(stack\/services\/|scripts\/(test|measure-house)\.mjs)/.test(file);
const signsIn = (file) => aroundProduct(file) && file !== "scripts/measure-house.mjs";
const FIGURES = [
  { what: "imports that run upward", bar: 0, found: findUpwardImports() },
  { what: "circles, type-only imports included", bar: 0, found: findCircles() },
  { what: "SQL texts that change a balance", bar: 3, found: findBalanceTexts() },
  { what: "module-level state in services", bar: 0, found: findModuleState() },
  { what: "lists that a new room event is entered in", bar: 1, found: findEventLists() },
  { what: "files that start a process", bar: 1, found: findTexts(/\b(spawn|fork)\(/, startsProduct) },
  { what: "sign-in helpers", bar: 1, found: findTexts(/send-otp/, signsIn) },
  {
    what: `product files above ${LINES_MAX} lines`,
    bar: 0,
    found: tooLong.map(({ file, lines }) => `${lines} ${file}`),
  },
];

const isListed = process.argv.includes("--list");
for (const { what, bar, found } of FIGURES) {
  console.log(`${String(found.length).padStart(5)}  ${what} (wanted: ${bar === 0 ? "0" : `at most ${bar}`})`);
  if (isListed) for (const line of found) console.log(`         ${line}`);
}
console.log(`${String(lengths[0]?.lines ?? 0).padStart(5)}  lines in the largest product file`);
console.log(`${String(middle).padStart(5)}  lines in the median product file, of ${product.length}`);
