/**
 * Who imports whom, as dependency-cruiser sees it. It reads TypeScript through the compiler's API, which TypeScript 7
 * no longer has, and its other parser knows no JSX: on its own it would read nothing and pass. So the sources are
 * translated into a temporary folder first: JavaScript, with each type-only import as `importType("…")`.
 */
import {
  existsSync,
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
import { ROOT } from "./project.mjs";

const FOLDERS = [
  "app",
  "bench",
  "chaos",
  "components",
  "db",
  "domain",
  "e2e",
  "i18n",
  "messages",
  "platform",
  "push",
  "scripts",
  "server",
  "stack",
  "testkit",
  "workers",
];
const CODE = /\.(ts|tsx|mjs)$/;

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

/** Writes the translation of every source, and of the planted ones, to `target`; returns the files of code. */
function mirror(target, planted) {
  const write = (file, text) => {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    writeFileSync(join(target, file), text);
  };
  const files = FOLDERS.filter((folder) => existsSync(join(ROOT, folder))).flatMap((folder) =>
    listFiles(folder),
  );
  for (const file of files) {
    if (CODE.test(file)) write(`${file}.js`, translate(file, readFileSync(join(ROOT, file), "utf8")));
    else write(file, "");
  }
  for (const [file, source] of Object.entries(planted)) write(`${file}.js`, translate(file, source));
  write("package.json", readFileSync(join(ROOT, "package.json"), "utf8"));
  symlinkSync(join(ROOT, "node_modules"), join(target, "node_modules"));
  return files.filter((file) => CODE.test(file));
}

const withoutJs = (path) => path.replace(/(\.(?:tsx?|mjs))\.js$/, "$1");

/**
 * @param {Record<string, string>} planted files that are not there, path to source, read as if they were
 * @returns `files` that were to be read; `imports`: file to `{ to, isTypeOnly }[]`; `violations` of the import rules
 */
export async function cruiseSources(planted = {}) {
  const target = mkdtempSync(join(tmpdir(), "downpour-architecture-"));
  try {
    const files = mirror(target, planted);
    const { forbidden, options } = createRequire(import.meta.url)(join(ROOT, ".dependency-cruiser.cjs"));
    process.chdir(target);
    const { output } = await cruise(
      FOLDERS.filter((folder) => existsSync(join(target, folder))),
      { ...options, ruleSet: { forbidden }, validate: true, exoticRequireStrings: ["importType"] },
      {
        alias: { "@": target },
        extensions: [".ts.js", ".tsx.js", ".mjs.js", ".mjs", ".js", ".json", ".d.ts"],
        symlinks: false,
        conditionNames: ["import", "require", "node", "default"],
        exportsFields: ["exports"],
      },
    );
    const imports = new Map(
      output.modules.map((module) => [
        withoutJs(module.source),
        module.dependencies.map((dependency) => ({
          to: withoutJs(dependency.resolved),
          isTypeOnly: dependency.exoticRequire === "importType",
        })),
      ]),
    );
    const violations = output.summary.violations.map(({ rule, from, to, cycle = [] }) => ({
      rule: rule.name,
      from: withoutJs(from),
      path: [from, to, ...cycle.map((step) => step.name ?? step)].map(withoutJs),
    }));
    return { files, imports, violations };
  } finally {
    process.chdir(ROOT);
    rmSync(target, { recursive: true, force: true });
  }
}
