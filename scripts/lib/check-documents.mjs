import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, posix } from "node:path";
import { findEntries, ROOT } from "./project.mjs";

const NEVER_READ = new Set([".git", ".next", ".data", "node_modules", "dist", "coverage"]);
/** What they name stood there once: of these only the links are checked. */
const HISTORY = /^(CHANGELOG\.md|docs\/decisions\/)/;
/** Where settings, metrics and errors are declared and used. */
const SOURCES = /\.(ts|tsx|mjs|cjs|lua|yml|conf)$/;
const FILE_NAME = /^[\w.*<>{},-]+\.(ts|tsx|mjs|cjs|lua|css|yml|conf)$/;
/** Where each must stand in a document: a setting that nobody can read of is found by nobody. */
const SETTINGS_FILE = "platform/settings/env.ts";
const SETTING = /^ {4}([A-Z][A-Z0-9_]+): /gm;
const PRODUCT = /^(?:app|db|platform|push|server|workers)\/(?!.*(?:\.test\.ts$|\/testing\/))/;
const METRIC = /\b(?:counter|gauge|histogram)\(\s*"([a-z_]+)"/g;
/** Names that are declared in the sources: settings and errors, and metrics. */
const IDENTIFIER = /^(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|(?:downpour|push)_[a-z][a-z_]*[a-z])$/;

function listFiles(folder = "", files = []) {
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isFile()) files.push(path);
    else if (entry.isDirectory() && !NEVER_READ.has(entry.name)) listFiles(path, files);
  }
  return files;
}

function readTree() {
  const files = listFiles();
  const folders = new Set();
  for (const file of files) {
    for (let folder = dirname(file); folder !== "."; folder = dirname(folder)) folders.add(folder);
  }
  const sources = files.filter((file) => SOURCES.test(file) && file !== "scripts/lib/check-documents.mjs");
  const texts = sources.map((file) => [file, readFileSync(join(ROOT, file), "utf8")]);
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return {
    paths: [...files, ...folders],
    known: new Set([...files, ...folders]),
    topFolders: new Set([...folders].filter((folder) => !folder.includes("/"))),
    fileNames: files.map((file) => posix.basename(file)),
    documents: files.filter((file) => file.endsWith(".md")),
    identifiers: new Set(texts.flatMap(([, text]) => text.match(/\b[A-Za-z][A-Za-z0-9_]*\b/g) ?? [])),
    declared: texts.flatMap(([file, text]) => {
      if (file === SETTINGS_FILE) return [...text.matchAll(SETTING)].map(([, name]) => name);
      return PRODUCT.test(file) ? [...text.matchAll(METRIC)].map(([, name]) => name) : [];
    }),
    npmScripts: new Set(Object.keys(scripts)),
    commands: new Set(Object.keys(findEntries())),
    ignored: new Set(readFileSync(join(ROOT, ".gitignore"), "utf8").split("\n")),
  };
}

/** `db/{live,finance}/grants.ts` as the two paths that it stands for. */
function expandBraces(glob) {
  const [whole, before = "", names = "", after = ""] = /^(.*?)\{([^{}]+)\}(.*)$/.exec(glob) ?? [];
  if (whole === undefined) return [glob];
  return names.split(",").flatMap((name) => expandBraces(`${before}${name}${after}`));
}

/** As a shell reads it, with `<name>` for anything: `workers/<name>/main.ts`. */
function toPattern(glob) {
  const source = glob
    .replaceAll(/<[^>]+>/g, "*")
    .replaceAll(/[.+^$()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*+\/?/g, (stars) => (stars.startsWith("**") ? ".*" : stars.replace("*", "[^/]*")));
  return new RegExp(`^${source}$`);
}

const isSomewhere = (glob, names) =>
  expandBraces(glob).every((one) => {
    const pattern = toPattern(one);
    return names.some((name) => pattern.test(name));
  });

function isPath(path, { known, paths, ignored }) {
  if (known.has(path) || ignored.has(path)) return true;
  // An import leaves the ending out.
  if (known.has(`${path}.ts`) || known.has(`${path}.tsx`)) return true;
  return isSomewhere(path, paths);
}

/** Headings as GitHub turns them into anchors. */
function listAnchors(markdown) {
  return new Set(
    [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(/\s/g, "-"),
    ),
  );
}

function* findBrokenLinks(document, text, tree) {
  for (const [, markdownLink, source] of text.matchAll(/\]\(([^)\s]+)\)|\bsrc="([^"]+)"/g)) {
    const link = markdownLink ?? source;
    if (/^[a-z]+:/.test(link)) continue;
    const [path = "", anchor] = link.split("#");
    const target = path ? posix.join(dirname(document), path).replace(/\/$/, "") : document;
    if (!tree.known.has(normalize(target))) yield `the link ${link} leads nowhere`;
    else if (
      anchor &&
      !listAnchors(target === document ? text : readFileSync(join(ROOT, target), "utf8")).has(anchor)
    )
      yield `the link ${link} names a heading that is not there`;
  }
}

/** Words that stand in code quotes, without what belongs to the sentence. */
const readWords = (span) =>
  span.split(/\s+/).map((word) => word.replace(/^@\//, "").replace(/[),;:]*(:\d+)?$/, ""));

/** What a README may call by its bare name: what lies in or below its folder. */
function listNear(document, { paths, fileNames }) {
  if (posix.basename(document) !== "README.md" || !document.includes("/")) return fileNames;
  const folder = `${dirname(document)}/`;
  return paths.filter((path) => path.startsWith(folder)).map((path) => posix.basename(path));
}

function* findUnknownNames(document, text, tree) {
  const near = listNear(document, tree);
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, "");
  for (const [, span] of prose.matchAll(/`([^`\n]+)`/g)) {
    for (const word of readWords(span)) {
      const [first = "", ...rest] = word.split("/");
      if (word.includes("…") || word.includes("://")) continue;
      if (rest.length > 0 && tree.topFolders.has(first)) {
        if (!isPath(word.replace(/\/$/, ""), tree)) yield `there is no ${word}`;
      } else if (
        FILE_NAME.test(word) &&
        !tree.known.has(word) &&
        !isSomewhere(word, [...near, ...tree.ignored])
      ) {
        yield isSomewhere(word, tree.fileNames)
          ? `${word} lies outside of this folder: say its path`
          : `no file is called ${word}`;
      }
      const name = /^\w+/.exec(word)?.[0] ?? "";
      if (IDENTIFIER.test(name) && !tree.identifiers.has(name))
        yield `nothing in the sources is called ${name}`;
    }
  }
}

/** A table says one thing once: what stands first in a row names it. */
function* findRepeatedRows(text) {
  for (const [table] of text.matchAll(/^\|.*\|$(?:\n^\|.*\|$)+/gm)) {
    const [, , ...rows] = table.split("\n").map((row) => /^\|\s*((?:\\\||[^|])*?)\s*\|/.exec(row)?.[1] ?? "");
    const seen = new Set();
    for (const first of rows.filter((cell) => cell !== "")) {
      if (seen.has(first)) yield `"${first}" begins two rows of one table`;
      seen.add(first);
    }
  }
}

/** What is declared and stands in no document of `docs`. */
function* findUntold(declared, texts) {
  const told = new Set(texts.flatMap((text) => text.match(/\b[A-Za-z]\w*\b/g) ?? []));
  for (const name of new Set(declared))
    if (!told.has(name)) yield `documents: ${name} stands in none of docs`;
}

function* findUnknownCommands(text, tree) {
  for (const [, name = ""] of text.matchAll(/npm run ([a-z][\w:-]*)/g))
    if (!tree.npmScripts.has(name)) yield `there is no npm run ${name}`;
  for (const [, name = ""] of text.matchAll(/node scripts\/run\.mjs ([a-z][\w-]*)/g))
    if (!tree.commands.has(name)) yield `there is no command ${name} of scripts/run.mjs`;
}

function checkText(document, text, tree) {
  const problems = [...findBrokenLinks(document, text, tree), ...findUnknownCommands(text, tree)];
  if (!HISTORY.test(document))
    problems.push(...findUnknownNames(document, text, tree), ...findRepeatedRows(text));
  return problems.map((problem) => `document: ${document}: ${problem}`);
}

/** Breaks every rule on purpose; when one is not reported, the check itself is broken. */
const PLANTED = {
  document: "db/README.md",
  text: [
    "[c](../docs/glossary.md) `migrate.ts` `node-args.ts`",
    "| table | |\n| --- | --- |\n| `a \\| b` | 1 |\n| `a` | 2 |\n| `a \\| b` | 3 |\n| | 4 |\n| | 5 |\n",
    "[a](nowhere.md) [b](../docs/glossary.md#nothing) `server/no-such-folder/` `db/{live,nowhere}/grants.ts` `no-such-file.ts`",
    "`NO_SUCH_SETTING=1` `downpour_no_such_metric` npm run no-such-script, node scripts/run.mjs no-such-command",
  ].join("\n"),
  declared: ["PUSHER_PORT", "PUSHER_PORT_OF_NOBODY", "downpour_metric_of_nobody"],
  told: ["`PUSHER_PORT` and `PUSHER_PORT_OF_NOBODY_ELSE`", "`downpour_metric_of_nobody_else{kind}`"],
  problems: 13,
};

/**
 * Every Markdown file names only links, paths, commands, settings and metrics that exist, and every setting and metric is named
 * in one of `docs`. Returns what it found.
 */
export function checkDocuments() {
  const tree = readTree();
  const planted = [
    ...checkText(PLANTED.document, PLANTED.text, tree),
    ...findUntold(PLANTED.declared, PLANTED.told),
  ];
  const texts = tree.documents
    .filter((document) => existsSync(join(ROOT, document)))
    .map((document) => [document, readFileSync(join(ROOT, document), "utf8")]);
  const problems = texts.flatMap(([document, text]) => checkText(document, text, tree));
  const told = texts.filter(([document]) => document.startsWith("docs/") && !HISTORY.test(document));
  problems.push(
    ...findUntold(
      tree.declared,
      told.map(([, text]) => text),
    ),
  );
  // What is read out of the sources, one of each kind.
  for (const name of ["PUSHER_PORT", "downpour_gifts_accepted_total"])
    if (!tree.declared.includes(name)) problems.push(`check-is-broken: nobody declares ${name}`);
  if (planted.length !== PLANTED.problems)
    problems.push(
      `check-is-broken: of ${PLANTED.problems} planted mistakes in a document ${planted.length} were found`,
    );
  return { documents: tree.documents.length, problems };
}
