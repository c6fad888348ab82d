/**
 * Checks `.dependency-cruiser.cjs`. dependency-cruiser reads TypeScript through the compiler's API, which TypeScript 7
 * no longer has, and its other parser knows no JSX: on its own it would read nothing and pass. So the sources are
 * translated into a temporary folder first: JavaScript, with each type-only import as `importType("…")`.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseSync, transformSync } from "@swc/core";
import { cruise } from "dependency-cruiser";
import { ROOT } from "./lib/project.mjs";

const FOLDERS = [
  "app",
  "bench",
  "chaos",
  "components",
  "db",
  "e2e",
  "i18n",
  "messages",
  "scripts",
  "server",
  "workers",
];
const CODE = /\.(ts|tsx|mjs)$/;
/** Breaks two rules on purpose; when it is not reported, the check itself is broken. */
const CANARY = {
  file: "server/rules/canary.ts",
  source: 'import type { Sql } from "postgres";\nimport "@/db/migrate";\n',
};

function listFiles(folder, files = []) {
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) listFiles(path, files);
    else if (!entry.name.endsWith(".d.ts")) files.push(path);
  }
  return files;
}

const isTypeOnly = (node) =>
  node.typeOnly === true ||
  (node.specifiers?.length > 0 && node.specifiers.every((specifier) => specifier.isTypeOnly === true));

function translate(file, source) {
  const parser = { syntax: "typescript", tsx: file.endsWith(".tsx") };
  const typeImports = parseSync(source, { ...parser, target: "es2022" })
    .body.filter((node) => node.source && isTypeOnly(node))
    .map((node) => `importType(${JSON.stringify(node.source.value)});`);
  const { code } = transformSync(source, {
    filename: file,
    swcrc: false,
    configFile: false,
    jsc: {
      parser,
      target: "es2022",
      transform: { verbatimModuleSyntax: true, react: { runtime: "automatic" } },
    },
  });
  return `${typeImports.join("\n")}\n${code}`;
}

function mirror(target) {
  const files = FOLDERS.flatMap((folder) => {
    try {
      return listFiles(folder);
    } catch {
      return [];
    }
  });
  const write = (file, text) => {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    writeFileSync(join(target, file), text);
  };
  for (const file of files) {
    if (CODE.test(file)) write(`${file}.js`, translate(file, readFileSync(join(ROOT, file), "utf8")));
    else write(file, "");
  }
  write(`${CANARY.file}.js`, translate(CANARY.file, CANARY.source));
  write("package.json", readFileSync(join(ROOT, "package.json"), "utf8"));
  symlinkSync(join(ROOT, "node_modules"), join(target, "node_modules"));
  return files.filter((file) => CODE.test(file));
}

async function check(target) {
  const files = mirror(target);
  const { forbidden, options } = createRequire(import.meta.url)(join(ROOT, ".dependency-cruiser.cjs"));
  process.chdir(target);
  const { output } = await cruise(
    FOLDERS.filter((folder) => [...files, CANARY.file].some((file) => file.startsWith(`${folder}/`))),
    { ...options, ruleSet: { forbidden }, validate: true, exoticRequireStrings: ["importType"] },
    {
      alias: { "@": target },
      extensions: [".ts.js", ".tsx.js", ".mjs.js", ".mjs", ".js", ".json", ".d.ts"],
      symlinks: false,
      conditionNames: ["import", "require", "node", "default"],
      exportsFields: ["exports"],
    },
  );
  const withoutJs = (path) => path.replace(/(\.(?:tsx?|mjs))\.js$/, "$1");
  const cruised = new Set(output.modules.map((module) => withoutJs(module.source)));
  const problems = files
    .filter((file) => !cruised.has(file))
    .map((file) => `not-read: ${file} was not read by dependency-cruiser`);
  const violations = output.summary.violations.map((violation) => ({
    from: withoutJs(violation.from),
    text: `${violation.rule.name}: ${withoutJs(violation.from)} → ${[violation.to, ...(violation.cycle ?? []).map((step) => step.name ?? step)].map(withoutJs).join(" → ")}`,
  }));
  const canaries = violations.filter((violation) => violation.from === CANARY.file);
  if (canaries.length < 2) problems.push("check-is-broken: the two planted violations were not reported");
  problems.push(...violations.filter((violation) => violation.from !== CANARY.file).map(({ text }) => text));
  const edges = output.modules.reduce((sum, module) => sum + module.dependencies.length, 0);
  // A tree in which most files import nothing means that imports were not understood.
  if (edges < files.length) problems.push(`too-few-imports: ${edges} imports in ${files.length} files`);
  for (const problem of new Set(problems)) console.error(problem);
  console.log(`${files.length} files, ${edges} imports, ${problems.length} problems`);
  return problems.length === 0;
}

const target = mkdtempSync(join(tmpdir(), "downpour-architecture-"));
try {
  process.exitCode = (await check(target)) ? 0 : 1;
} finally {
  process.chdir(ROOT);
  rmSync(target, { recursive: true, force: true });
}
